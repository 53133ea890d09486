// An HTTP server on loopback that answers from a table, for tests of its clients.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

struct SmallRequest {
  std::string method;
  std::string target;
  std::string token;
  std::string idempotency_key;
  std::string body;
};
struct SmallAnswer {
  unsigned status = 200;
  std::string body;
  bool hang_up = false;  // close instead of answering
  std::string content_type = "application/json";
};

class SmallServer {
 public:
  // `answer` is called from the server's thread.
  explicit SmallServer(std::function<SmallAnswer(const SmallRequest&)> answer);
  ~SmallServer();

  std::string url() const;
  std::vector<SmallRequest> requests() const;
  std::size_t connections() const;

 private:
  struct Running;
  std::unique_ptr<Running> running_;
};
