"""The table of rights: every route and every socket action, and what each kind of person gets.

The tests beside it hold it: a route, method or action without a row fails, and so does a row without a route. Whoever
adds a row says with it who may do what; it is read and judged by people, not generated.

Statuses are those of a well-formed request about things of the owner's. `other` and `admin` ask for what is not
theirs: 404 is what an unknown id answers, byte for byte. `off` is somebody who was disabled after signing in, by the
session's cookie and by an access token. Django admin has a table of its own beside this one (`admin_table`).
"""

# What is open to everybody. Nothing else may answer somebody who is not signed in with anything but a refusal.
OPEN = frozenset(
    {
        ("GET", "health"),
        ("GET", "health/ready"),
        ("GET", ""),
        ("GET", "login"),
        ("GET", "register"),
        ("GET", "invite"),
        ("GET", "c/<str:session_id>"),
        ("GET", "frame/<str:kind>"),
        ("GET", "offline"),
        ("GET", "sw.js"),
        ("GET", "manifest.webmanifest"),
        ("GET", "icons/<int:size>.png"),
        ("GET", "media/site/<uuid:name>.webp"),
        ("POST", "api/register"),
        ("POST", "api/invitations/look"),
        ("POST", "api/invitations/accept"),
        ("POST", "api/login"),
        ("POST", "api/token"),
        ("POST", "api/token/refresh"),
        ("POST", "api/logout"),
    }
)

# Where a token or a ticket is what was asked for.
GIVES_TOKENS = frozenset({"api/login", "api/token", "api/token/refresh", "api/user/password", "api/ws-ticket"})

# method route                                                anonymous owner owner_token other admin off off_token
ROUTES = """
GET    health                                                       200   200         200   200   200 200       200
GET    health/ready                                                 200   200         200   200   200 200       200
GET    metrics                                                      404   404         404   404   404 404       404
GET    api/schema                                                   401   200         200   200   200 401       401
GET    api/docs                                                     401   200         200   200   200 401       401
POST   api/register                                                 201   201         201   201   201 201       201
POST   api/invitations/look                                         200   200         200   200   200 200       200
POST   api/invitations/accept                                       201   201         201   201   201 201       201
POST   api/login                                                    200   200         200   200   200 403       403
POST   api/logout                                                   200   200         200   200   200 200       401
POST   api/token                                                    200   200         200   200   200 403       403
POST   api/token/refresh                                            200   200         200   200   200 401       401
POST   api/ws-ticket                                                401   200         200   200   200 401       401
DELETE api/user                                                     401   200         200   200   200 401       401
GET    api/user/info                                                401   200         200   200   200 401       401
PATCH  api/user/info                                                401   200         200   200   200 401       401
POST   api/user/password                                            401   200         200   200   200 401       401
POST   api/user/avatar                                              401   200         200   200   200 401       401
DELETE api/user/avatar                                              401   200         200   200   200 401       401
GET    api/user/sign-ins                                            401   200         200   200   200 401       401
DELETE api/user/sign-ins                                            401   200         200   200   200 401       401
DELETE api/user/sign-ins/<int:sign_in_id>                           401   200         200   404   404 401       401
GET    api/user/audit                                               401   200         200   200   200 401       401
GET    api/announcements                                            401   200         200   200   200 401       401
POST   api/announcements/<int:announcement_id>/dismiss              401   200         200   200   200 401       401
GET    media/avatars/<uuid:name>.webp                               401   200         200   200   200 401       401
GET    media/site/<uuid:name>.webp                                   200   200         200   200   200 200       200
GET    api/models                                                   401   200         200   200   200 401       401
GET                                                                 200   200         200   200   200 200       200
GET    login                                                        200   200         200   200   200 200       200
GET    register                                                     200   200         200   200   200 200       200
GET    invite                                                       200   200         200   200   200 200       200
GET    offline                                                      200   200         200   200   200 200       200
GET    sw.js                                                        200   200         200   200   200 200       200
GET    manifest.webmanifest                                         200   200         200   200   200 200       200
GET    icons/<int:size>.png                                         200   200         200   200   200 200       200
GET    c/<str:session_id>                                           200   200         200   200   200 200       200
GET    frame/<str:kind>                                             200   200         200   200   200 200       200
GET    api/roles                                                    401   200         200   200   200 401       401
POST   api/roles                                                    401   201         201   201   201 401       401
GET    api/roles/<str:slug>                                         401   200         200   404   404 401       401
PATCH  api/roles/<str:slug>                                         401   200         200   404   404 401       401
DELETE api/roles/<str:slug>                                         401   200         200   404   404 401       401
POST   api/chat/start                                               401   201         201   201   201 401       401
GET    api/chat/sessions                                            401   200         200   200   200 401       401
POST   api/chat/sessions/bulk                                       401   200         200   200   200 401       401
POST   api/chat/trash/empty                                         401   200         200   200   200 401       401
GET    api/chat/folders                                             401   200         200   200   200 401       401
POST   api/chat/folders                                             401   201         201   201   201 401       401
POST   api/chat/folders/order                                       401   200         200   200   200 401       401
PATCH  api/chat/folders/<str:folder_id>                             401   200         200   404   404 401       401
DELETE api/chat/folders/<str:folder_id>                             401   200         200   404   404 401       401
GET    api/chat/history                                             401   200         200   200   200 401       401
GET    api/chat/search                                              401   200         200   200   200 401       401
POST   api/chat/history/time-range                                  401   200         200   200   200 401       401
POST   api/chat/history/date-range                                  401   200         200   200   200 401       401
DELETE api/chat/history/<str:session_id>                            401   200         200   404   404 401       401
GET    api/chat/session/<str:session_id>                            401   200         200   404   404 401       401
PATCH  api/chat/session/<str:session_id>                            401   200         200   404   404 401       401
DELETE api/chat/session/<str:session_id>                            401   200         200   404   404 401       401
GET    api/chat/session/<str:session_id>/export                     401   200         200   404   404 401       401
POST   api/chat/export                                              401   200         200   404   404 401       401
GET    api/user/export                                              401   200         200   200   200 401       401
GET    api/usage/export                                             401   403         403   403   200 401       401
POST   api/chat/session/<str:session_id>/branch                     401   201         201   404   404 401       401
DELETE api/chat/messages/<str:message_id>                           401   200         200   404   404 401       401
GET    api/chat/imports                                             401   200         200   200   200 401       401
POST   api/chat/imports                                             401   200         200   200   200 401       401
DELETE api/chat/imports/<str:import_id>                             401   200         200   404   404 401       401
POST   api/chat/documents                                           401   201         201   201   201 401       401
GET    api/chat/documents/<str:document_id>                         401   200         200   404   404 401       401
DELETE api/chat/documents/<str:document_id>                         401   200         200   404   404 401       401
GET    api/chat/drafts                                              401   200         200   200   200 401       401
GET    api/chat/drafts/<str:session_id>                             401   200         200   404   404 401       401
PUT    api/chat/drafts/<str:session_id>                             401   200         200   404   404 401       401
GET    api/prompts                                                  401   200         200   200   200 401       401
POST   api/prompts                                                  401   201         201   201   201 401       401
PATCH  api/prompts/<str:prompt_id>                                  401   200         200   404   404 401       401
DELETE api/prompts/<str:prompt_id>                                  401   200         200   404   404 401       401
POST   api/chat/messages/<str:message_id>/rating                    401   200         200   404   404 401       401
POST   api/chat/generations/<str:generation_id>/stop                401   200         200   404   404 401       401
GET    s/<str:token>                                                404   200         404   404   404 404       404
GET    api/push                                                     401   200         200   200   200 401       401
POST   api/push                                                     401   200         200   200   200 401       401
DELETE api/push                                                     401   200         200   200   200 401       401
GET    api/shares                                                   401   200         200   200   200 401       401
POST   api/shares                                                   401   200         200   404   404 401       401
GET    api/shares/<str:token>                                       404   200         200   404   404 404       401
PATCH  api/shares/<str:token>                                       401   200         200   404   404 401       401
DELETE api/shares/<str:token>                                       401   200         200   404   404 401       401
POST   api/shares/<str:token>/continue                              401   201         201   404   404 401       401
GET    api/live                                                     401   200         200   200   200 401       401
GET    api/chat/stream                                              401   200         200   200   200 401       401
POST   api/chat/stream                                              401   200         200   200   200 401       401
GET    api/chat/generations/<str:generation_id>/events              401   200         200   404   404 401       401
POST   api/chat/messages/<int:message_id>/regenerate                401   200         200   404   404 401       401
POST   api/chat/messages/<int:question_id>/edit                     401   200         200   404   404 401       401
POST   api/chat/messages/<int:message_id>/continue                  401   200         200   404   404 401       401
GET    demo/v1/models                                               401   401         401   401   401 401       401
POST   demo/v1/chat/completions                                     401   401         401   401   401 401       401
"""

# What the socket answers to an action about things of the owner's. To be on it at all, one has to be signed in.
ACTIONS = """
send        start      start      start
regenerate  start      not_found  not_found
edit        start      not_found  not_found
continue    start      not_found  not_found
attach      start      not_found  not_found
detach      -          -          -
stop        -          not_found  not_found
ping        pong       pong       pong
"""
