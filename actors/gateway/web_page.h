// The files of the browser's page, as they are served below /p/.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "actors/gateway/http_message.h"
#include "actors/gateway/page_file.h"

namespace rookery {

// What else of a request decides which form is sent, if any.
struct PageRequest {
  http::verb method = http::verb::get;
  std::string path;  // without the query
  std::string accept_encoding;
  std::string if_none_match;
};

class WebPage {
 public:
  explicit WebPage(const std::vector<PageFile>& files);

  // Whether this path is the page's, found or not.
  static bool owns(std::string_view path) { return path == "/p" || path.starts_with("/p/"); }
  Answer answer(const PageRequest& request) const;

 private:
  struct Entry {
    PageFile file;
    std::string hash;  // of the plain bytes
    std::string_view type;
    bool forever = false;  // its name changes with its bytes
  };
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace rookery
