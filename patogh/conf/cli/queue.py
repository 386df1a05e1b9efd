"""`patogh jobs`: what waits, what failed for good, and another try for it."""

import click

from patogh.conf.cli.base import main, print_json, start_django, with_data


@main.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
@with_data
def jobs(context: click.Context, as_json: bool) -> None:
    """Show how many jobs wait, run and are dead, with the dead ones."""
    if context.invoked_subcommand:
        return
    start_django()
    from django.db.models import Count

    from patogh.activity.models import Job

    counts = dict(Job.objects.values_list("state").annotate(Count("pk")))
    dead = [
        {
            "id": job.pk,
            "task": job.task,
            "args": job.args,
            "error": job.last_error,
            "created_at": job.created_at.isoformat(),
        }
        for job in Job.objects.filter(state="dead").order_by("pk")[:100]
    ]
    if as_json:
        print_json({"counts": {state: counts.get(state, 0) for state in ("waiting", "running", "dead")}, "dead": dead})
        return
    click.echo(" · ".join(f"{counts.get(state, 0)} {state}" for state in ("waiting", "running", "dead")))
    for each in dead:
        click.echo(f"{each['id']}  {each['task']}  {each['args']}  {each['error']}")


@jobs.command("retry")
@click.argument("job_id", type=int, required=False)
@click.option("--all", "every", is_flag=True, help="All dead jobs.")
@with_data
def retry(job_id: int | None, every: bool) -> None:
    """Put the dead job JOB_ID, or with --all every dead job, back in the queue."""
    if (job_id is None) != every:
        raise click.UsageError("give either a JOB_ID or --all")
    start_django()
    from patogh.activity.jobs import retry_dead

    click.echo(f"{retry_dead(job_id)} jobs are back in the queue.")


@jobs.command("hurry")
@with_data
def hurry() -> None:
    """Make every waiting job due now, after the cause of its failures is mended."""
    start_django()
    from patogh.activity.jobs import hurry as make_due

    click.echo(f"{make_due()} jobs are due now.")


@jobs.command("run")
@with_data
def run() -> None:
    """Run everything that is due in this process, until nothing is; for machines without a worker."""
    start_django()
    from patogh.activity.jobs import drain

    click.echo(f"{drain()} jobs ran.")
