"""The table of rights in Django admin: every page and every action of a list, and who gets what.

It is held and read as its neighbour is (`aihelper.tests.rights.table`).
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
