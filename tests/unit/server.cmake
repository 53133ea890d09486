rookery_test(server_test unit
  SOURCES unit/server/login_test.cc
          unit/server/organizations_users_test.cc unit/server/phones_test.cc
          unit/server/sessions_test.cc unit/server/audit_test.cc unit/server/http_test.cc
          unit/server/access_record_test.cc
          unit/server/websocket_test.cc unit/server/links_test.cc unit/server/link_secret_test.cc
          unit/server/behind_proxy_test.cc
          unit/server/try_limit_test.cc unit/server/web_page_test.cc
          unit/server/tls_test.cc unit/server/self_signed.cc
          unit/server/restart_test.cc unit/server/policy_test.cc unit/server/effects_test.cc
          unit/server/projection_test.cc
  LINK rookery_test_node OpenSSL::SSL PRECOMPILED rookery_test_node)
rookery_test(host_side_test unit SOURCES unit/server/host_side_test.cc LINK rookery_host_side rookery_doors)
