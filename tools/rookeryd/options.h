// What the command line of rookeryd says.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "schemas/video_codec.h"

namespace rookery {

struct Options {
  std::filesystem::path data = "data";
  std::filesystem::path runtime_dir;  // guests' sockets; default: data/run
  std::string listen_address = "127.0.0.1";
  std::uint16_t listen_port = 8080;
  std::string media_bind = "127.0.0.1";
  std::uint16_t media_port = 0;
  std::string media_address;  // what clients are told; default: media_bind
  VideoCodec codec = VideoCodec::kVp8;
  std::string host_name = "local";
  std::string first_admin;
  bool keep_guests = false;
  bool no_guests = false;
  bool weak_passwords = false;
  bool queries_wait_for_log = false;
  std::string tls_chain_file;  // PEM; empty: plain HTTP
  std::string tls_key_file;
  bool insecure_http = false;
  std::string public_url;                    // "https://phones.example"; empty: as clients ask
  std::vector<std::string> trusted_proxies;  // IPs whose X-Forwarded-For is believed
};

// Ends the process with 0 on --help, with 2 and a message on a wrong command line.
Options parse_options(int argc, char** argv);

}  // namespace rookery
