rookery_test(domain_test unit
             SOURCES unit/domain/organization_test.cc unit/domain/user_test.cc
                     unit/domain/phone_test.cc unit/domain/deployment_test.cc
                     unit/domain/session_test.cc unit/domain/link_test.cc
                     unit/domain/text_rules_test.cc
             LINK rookery_domain)
rookery_test(domain_property_test property
             SOURCES unit/domain/organization_property_test.cc unit/domain/user_property_test.cc
                     unit/domain/phone_property_test.cc unit/domain/deployment_property_test.cc
                     unit/domain/session_property_test.cc unit/domain/link_property_test.cc
             LINK rookery_domain)
