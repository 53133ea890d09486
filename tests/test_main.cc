#define BOOST_TEST_MODULE rookery
#include <boost/test/unit_test.hpp>
