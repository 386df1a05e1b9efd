from django.urls import path, re_path

from patogh.looks import static, views

urlpatterns = [
    path("looks", views.style_page, name="looks_style"),
    re_path(r"^fields/(?P<seed>[\w.-]{1,64})\.svg$", views.field, name="looks_field"),
    re_path(r"^avatars/(?P<seed>[\w.-]{1,64})\.svg$", views.avatar, name="looks_avatar"),
    re_path(r"^brand/(?P<colour>[0-9a-f]{6})\.css$", views.brand_css, name="looks_brand_css"),
    re_path(r"^icons/(?P<colour>[0-9a-f]{6})\.svg$", views.app_icon_svg, name="looks_icon_svg"),
    re_path(r"^icons/(?P<colour>[0-9a-f]{6})/(?P<size>180|192|512)\.png$", views.app_icon, name="looks_icon"),
    path("manifest.webmanifest", views.manifest, name="looks_manifest"),
    path("sw.js", views.service_worker, name="looks_worker"),
    path("offline", views.offline, name="looks_offline"),
    path("choices/theme", views.theme, name="looks_theme"),
    path("choices/language", views.language, name="looks_language"),
    path("static/<str:version>/<path:path>", static.static_file, name="looks_static"),
]
