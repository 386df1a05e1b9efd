"""Addresses of the shop: nouns."""

from django.urls import URLPattern, URLResolver, path

from patogh.shop import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("products/<str:slug>", views.product, name="product"),
    path("team/shop", views.team_shop, name="team_shop"),
    path("team/shop/products/new", views.team_product_new, name="team_product_new"),
    path("team/shop/products/<int:product_id>", views.team_product, name="team_product"),
    path("team/shop/products/<int:product_id>/sale", views.team_product_sale, name="team_product_sale"),
    path("team/shop/orders", views.team_orders, name="team_orders"),
    path("team/shop/orders/<int:order_id>", views.team_order, name="team_order"),
    path("team/shop/codes", views.team_codes, name="team_codes"),
    path("team/shop/codes.csv", views.team_codes_csv, name="team_codes_csv"),
    path("team/shop/codes/<int:code_id>", views.team_code, name="team_code"),
    path("team/shop/codes/rule", views.team_codes_rule, name="team_codes_rule"),
    path("me/codes", views.my_codes, name="my_codes"),
    path("me/codes/<int:code_id>", views.my_code, name="my_code"),
    path("r/<str:code>", views.shared_code, name="shared_code"),
    path("team/shop/imports", views.team_imports, name="team_imports"),
    path("team/shop/imports/<int:import_id>", views.team_import, name="team_import"),
    path("team/shop/imports/<int:import_id>/progress", views.team_import_progress, name="team_import_progress"),
    path("team/shop/imports/<int:import_id>/refusals.csv", views.team_import_refusals, name="team_import_refusals"),
]
