rookery_test(stream_test e2e SOURCES end_to_end/stream_test.cc LINK rookery_pattern_stream)
