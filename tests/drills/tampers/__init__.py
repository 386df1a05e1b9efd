"""The tamperings of the drill, by what they touch: files of the log, seals, what an operator enters, proofs, rows."""
