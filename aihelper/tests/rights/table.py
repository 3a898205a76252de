"""The table of rights: every route and every socket action, and what each kind of person gets.

The tests beside it hold it: a route, method or action without a row fails, and so does a row without a route. Whoever
adds a row says with it who may do what; it is read and judged by people, not generated.

Statuses are those of a well-formed request about things of the owner's. `other` and `admin` ask for what is not
theirs: 404 is what an unknown id answers, byte for byte. `off` is somebody who was disabled after signing in, by the
session's cookie and by an access token.
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

# Django admin, by GET: what an administrator gets. Everybody else is sent to admin/login/, whatever the method.
ADMIN = """
admin/                                                                      200
admin/login/                                                                302
admin/search/                                                               200
admin/logout/                                                               405
admin/password_change/                                                      200
admin/password_change/done/                                                 200
admin/autocomplete/                                                         403
admin/jsi18n/                                                               200
admin/r/<path:content_type_id>/<path:object_id>/                            404
admin/auth/group/                                                           200
admin/auth/group/add/                                                       200
admin/auth/group/<path:object_id>/history/                                  200
admin/auth/group/<path:object_id>/delete/                                   200
admin/auth/group/<path:object_id>/change/                                   200
admin/auth/group/<path:object_id>/                                          302
admin/accounts/announcement/                                                200
admin/accounts/announcement/add/                                            200
admin/accounts/announcement/<path:object_id>/history/                       200
admin/accounts/announcement/<path:object_id>/delete/                        200
admin/accounts/announcement/<path:object_id>/change/                        200
admin/accounts/announcement/<path:object_id>/                               302
admin/accounts/budget/<path:object_id>/top-up/                              200
admin/accounts/budget/                                                      200
admin/accounts/budget/add/                                                  200
admin/accounts/budget/<path:object_id>/history/                             200
admin/accounts/budget/<path:object_id>/delete/                              200
admin/accounts/budget/<path:object_id>/change/                              200
admin/accounts/budget/<path:object_id>/                                     302
admin/accounts/budgetcounter/                                               200
admin/accounts/budgetcounter/add/                                           403
admin/accounts/budgetcounter/<path:object_id>/history/                      200
admin/accounts/budgetcounter/<path:object_id>/delete/                       403
admin/accounts/budgetcounter/<path:object_id>/change/                       200
admin/accounts/budgetcounter/<path:object_id>/                              302
admin/accounts/hold/<path:object_id>/end/                                   200
admin/accounts/hold/                                                        200
admin/accounts/hold/add/                                                    200
admin/accounts/hold/<path:object_id>/history/                               200
admin/accounts/hold/<path:object_id>/delete/                                403
admin/accounts/hold/<path:object_id>/change/                                200
admin/accounts/hold/<path:object_id>/                                       302
admin/accounts/topup/                                                       200
admin/accounts/topup/add/                                                   403
admin/accounts/topup/<path:object_id>/history/                              200
admin/accounts/topup/<path:object_id>/delete/                               403
admin/accounts/topup/<path:object_id>/change/                               200
admin/accounts/topup/<path:object_id>/                                      302
admin/accounts/auditentry/                                                  200
admin/accounts/auditentry/add/                                              403
admin/accounts/auditentry/<path:object_id>/history/                         200
admin/accounts/auditentry/<path:object_id>/delete/                          403
admin/accounts/auditentry/<path:object_id>/change/                          200
admin/accounts/auditentry/<path:object_id>/                                 302
admin/accounts/user/import/                                                 200
admin/accounts/user/import/template/                                        200
admin/accounts/user/<id>/password/                                          200
admin/accounts/user/                                                        200
admin/accounts/user/add/                                                    200
admin/accounts/user/<path:object_id>/history/                               200
admin/accounts/user/<path:object_id>/delete/                                200
admin/accounts/user/<path:object_id>/change/                                200
admin/accounts/user/<path:object_id>/                                       302
admin/accounts/invitation/                                                  200
admin/accounts/invitation/add/                                              200
admin/accounts/invitation/<path:object_id>/history/                         200
admin/accounts/invitation/<path:object_id>/delete/                          403
admin/accounts/invitation/<path:object_id>/change/                          200
admin/accounts/invitation/<path:object_id>/                                 302
admin/accounts/signin/                                                      200
admin/accounts/signin/add/                                                  403
admin/accounts/signin/<path:object_id>/history/                             200
admin/accounts/signin/<path:object_id>/delete/                              403
admin/accounts/signin/<path:object_id>/change/                              200
admin/accounts/signin/<path:object_id>/                                     302
admin/accounts/sitesettings/mail/                                           405
admin/accounts/sitesettings/                                                302
admin/accounts/sitesettings/add/                                            403
admin/accounts/sitesettings/<path:object_id>/history/                       200
admin/accounts/sitesettings/<path:object_id>/delete/                        403
admin/accounts/sitesettings/<path:object_id>/change/                        200
admin/accounts/sitesettings/<path:object_id>/                               302
admin/providers/modelconfig/                                                200
admin/providers/modelconfig/add/                                            200
admin/providers/modelconfig/<path:object_id>/history/                       200
admin/providers/modelconfig/<path:object_id>/delete/                        200
admin/providers/modelconfig/<path:object_id>/change/                        200
admin/providers/modelconfig/<path:object_id>/                               302
admin/providers/provider/status/                                            200
admin/providers/provider/<path:object_id>/test/                             405
admin/providers/provider/<path:object_id>/fetch/                            405
admin/providers/provider/<path:object_id>/choose/                           200
admin/providers/provider/<path:object_id>/guide/                            200
admin/providers/provider/guide/                                             200
admin/providers/provider/                                                   200
admin/providers/provider/add/                                               302
admin/providers/provider/<path:object_id>/history/                          200
admin/providers/provider/<path:object_id>/delete/                           200
admin/providers/provider/<path:object_id>/change/                           200
admin/providers/provider/<path:object_id>/                                  302
admin/chat/session/<path:object_id>/read/                                    403
admin/chat/session/retention/                                               200
admin/chat/session/                                                         200
admin/chat/session/add/                                                     403
admin/chat/session/<path:object_id>/history/                                200
admin/chat/session/<path:object_id>/delete/                                 403
admin/chat/session/<path:object_id>/change/                                 200
admin/chat/session/<path:object_id>/                                        302
admin/chat/chatimport/                                                      200
admin/chat/chatimport/add/                                                  403
admin/chat/chatimport/<path:object_id>/history/                             200
admin/chat/chatimport/<path:object_id>/delete/                              403
admin/chat/chatimport/<path:object_id>/change/                              200
admin/chat/chatimport/<path:object_id>/                                     302
admin/chat/folder/                                                          200
admin/chat/folder/add/                                                      403
admin/chat/folder/<path:object_id>/history/                                 200
admin/chat/folder/<path:object_id>/delete/                                  403
admin/chat/folder/<path:object_id>/change/                                  200
admin/chat/folder/<path:object_id>/                                         302
admin/chat/generation/                                                      200
admin/chat/generation/add/                                                  403
admin/chat/generation/<path:object_id>/history/                             200
admin/chat/generation/<path:object_id>/delete/                              403
admin/chat/generation/<path:object_id>/change/                              200
admin/chat/generation/<path:object_id>/                                     302
admin/chat/usagerecord/                                                     200
admin/chat/usagerecord/add/                                                 403
admin/chat/usagerecord/<path:object_id>/history/                            200
admin/chat/usagerecord/<path:object_id>/delete/                             403
admin/chat/usagerecord/<path:object_id>/change/                             200
admin/chat/usagerecord/<path:object_id>/                                    302
admin/chat/share/                                                           200
admin/chat/share/add/                                                       403
admin/chat/share/<path:object_id>/history/                                  200
admin/chat/share/<path:object_id>/delete/                                   200
admin/chat/share/<path:object_id>/change/                                   200
admin/chat/share/<path:object_id>/                                          302
admin/chat/ratedanswer/                                                     200
admin/chat/ratedanswer/add/                                                 403
admin/chat/ratedanswer/<path:object_id>/history/                            200
admin/chat/ratedanswer/<path:object_id>/delete/                             403
admin/chat/ratedanswer/<path:object_id>/change/                             200
admin/chat/ratedanswer/<path:object_id>/                                    302
admin/chat/role/                                                            200
admin/chat/role/add/                                                        200
admin/chat/role/<path:object_id>/history/                                   200
admin/chat/role/<path:object_id>/delete/                                    200
admin/chat/role/<path:object_id>/change/                                    200
admin/chat/role/<path:object_id>/                                           302
admin/chat/document/                                                        200
admin/chat/document/add/                                                    403
admin/chat/document/<path:object_id>/history/                               200
admin/chat/document/<path:object_id>/delete/                                403
admin/chat/document/<path:object_id>/change/                                200
admin/chat/document/<path:object_id>/                                       302
admin/chat/prompt/                                                          200
admin/chat/prompt/add/                                                      200
admin/chat/prompt/<path:object_id>/history/                                 200
admin/chat/prompt/<path:object_id>/delete/                                  200
admin/chat/prompt/<path:object_id>/change/                                  200
admin/chat/prompt/<path:object_id>/                                         302
admin/chat/blockedword/import/                                              200
admin/chat/wordwarning/                                                     200
admin/chat/wordwarning/add/                                                 403
admin/chat/wordwarning/<path:object_id>/history/                            200
admin/chat/wordwarning/<path:object_id>/delete/                             403
admin/chat/wordwarning/<path:object_id>/change/                             200
admin/chat/wordwarning/<path:object_id>/                                    302
admin/chat/blockedword/                                                     200
admin/chat/blockedword/add/                                                 200
admin/chat/blockedword/<path:object_id>/history/                            200
admin/chat/blockedword/<path:object_id>/delete/                             200
admin/chat/blockedword/<path:object_id>/change/                             200
admin/chat/blockedword/<path:object_id>/                                    302
admin/^(?P<app_label>accounts|auth|providers|chat)/$                        200
admin/(?P<url>.*)$                                                          404
"""
ADMIN_OPEN = frozenset({"admin/login/"})

# Django admin again, for administrators who are no superusers: without any permission, as the manager of the owner's
# group, and as another group's manager. Routes without a row here are shut to all three, as new ones should be.
# route                                                             staff manager colleague
MANAGED = """
admin/                                                             200 200 200
admin/search/                                                      200 200 200
admin/logout/                                                      405 405 405
admin/password_change/                                             200 200 200
admin/password_change/done/                                        200 200 200
admin/jsi18n/                                                      200 200 200
admin/accounts/budget/                                             no  200 200
admin/accounts/budget/<path:object_id>/top-up/                     no  200 no
admin/accounts/budget/<path:object_id>/history/                    no  200 no
admin/accounts/budget/<path:object_id>/change/                     no  200 no
admin/accounts/budgetcounter/                                      no  200 200
admin/accounts/budgetcounter/<path:object_id>/history/             no  200 no
admin/accounts/budgetcounter/<path:object_id>/change/              no  200 no
admin/accounts/topup/                                              no  200 200
admin/accounts/topup/<path:object_id>/history/                     no  200 no
admin/accounts/topup/<path:object_id>/change/                      no  200 no
admin/accounts/auditentry/                                         no  200 200
admin/accounts/auditentry/<path:object_id>/history/                no  200 no
admin/accounts/auditentry/<path:object_id>/change/                 no  200 no
admin/accounts/user/                                               no  200 200
admin/accounts/user/import/                                        no  200 200
admin/accounts/user/import/template/                               no  200 200
admin/accounts/user/<path:object_id>/history/                      no  200 no
admin/accounts/user/<path:object_id>/change/                       no  200 no
admin/accounts/invitation/                                         no  200 200
admin/accounts/invitation/add/                                     no  200 200
admin/accounts/invitation/<path:object_id>/history/                no  200 no
admin/accounts/invitation/<path:object_id>/change/                 no  200 no
admin/accounts/signin/                                             no  200 200
admin/accounts/signin/<path:object_id>/history/                    no  200 no
admin/accounts/signin/<path:object_id>/change/                     no  200 no
admin/chat/session/                                                no  200 200
admin/chat/session/<path:object_id>/read/                          no  200 no
admin/chat/session/<path:object_id>/history/                       no  200 no
admin/chat/session/<path:object_id>/change/                        no  200 no
admin/chat/usagerecord/                                            no  200 200
admin/chat/usagerecord/<path:object_id>/history/                   no  200 no
admin/chat/usagerecord/<path:object_id>/change/                    no  200 no
admin/^(?P<app_label>accounts|auth|providers|chat)/$               no  200 200
"""

# The actions of lists, on a row about the owner, before anything is confirmed: most ask.
# list action                                             superuser staff manager colleague
ADMIN_ACTIONS = """
accounts/announcement    delete_selected            asks      no    no      no
accounts/budget          delete_selected            asks      no    no      no
accounts/invitation      delete_selected            no        no    no      no
accounts/invitation      revoke_invitations         asks      no    asks    no
accounts/signin          delete_selected            no        no    no      no
accounts/signin          end_sign_ins               asks      no    asks    no
accounts/user            approve_users              asks      no    asks    no
accounts/user            ask_for_new_passwords      asks      no    asks    no
accounts/user            delete_selected            asks      no    no      no
accounts/user            disable_users              asks      no    asks    no
accounts/user            enable_users               asks      no    asks    no
accounts/user            give_links                 asks      no    asks    no
accounts/user            sign_out_users             asks      no    asks    no
auth/group               delete_selected            asks      no    no      no
chat/blockedword         delete_selected            asks      no    no      no
chat/prompt              delete_selected            asks      no    no      no
chat/role                delete_selected            asks      no    no      no
chat/share               delete_selected            asks      no    no      no
providers/modelconfig    delete_selected            asks      no    no      no
providers/modelconfig    move_down                  does      no    no      no
providers/modelconfig    move_up                    does      no    no      no
providers/modelconfig    offer                      does      no    no      no
providers/modelconfig    withdraw                   does      no    no      no
providers/provider       delete_selected            asks      no    no      no
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
