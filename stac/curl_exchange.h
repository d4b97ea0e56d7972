// SPDX-License-Identifier: MIT
// One request on libcurl's easy interface: what is set for it, what comes back. Decides nothing about what to do then.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "stac/http_settings.h"

namespace stacvrt::stac {

/// Limits of one answer.
struct AnswerLimits {
  std::size_t body_bytes = std::size_t{1} << 30;        ///< unpacked
  std::size_t error_body_bytes = std::size_t{1} << 16;  ///< of an answer that is no success: the rest is not read
  std::size_t header_bytes = std::size_t{1} << 18;
  /// More than so many bytes may not come out of a compressed answer that is more than kMaxRatio times smaller.
  std::size_t bomb_bytes = std::size_t{1} << 26;
};
inline constexpr std::size_t kMaxRatio = 100;

/// Why an answer was not read on.
enum class Overflow { kNone, kBody, kRatio, kHeaders, kErrorBody, kMemory };

class CurlExchange {
 public:
  CurlExchange();
  ~CurlExchange() = default;
  CurlExchange(const CurlExchange&) = delete;
  CurlExchange& operator=(const CurlExchange&) = delete;

  /// Makes ready for an attempt; what the one before left is gone but for cookies. Throws Error{kRefused} for headers
  /// that may not be sent, kInvalid for settings that libcurl does not take.
  void prepare(const HttpRequest& request, const HttpSettings& settings, const AnswerLimits& limits);

  [[nodiscard]] CURL* handle() const { return m_easy.get(); }
  [[nodiscard]] long status() const;
  /// libcurl's words for a failure; no secrets of the request.
  [[nodiscard]] std::string failure(CURLcode code) const;
  [[nodiscard]] Overflow overflow() const { return m_overflow; }
  [[nodiscard]] HttpHeaders& headers() { return m_headers; }
  [[nodiscard]] std::string& body() { return m_body; }
  /// What may not be shown: credentials in use and values of the URL's query.
  [[nodiscard]] const std::vector<std::string>& secrets() const { return m_secrets; }

 private:
  static std::size_t on_body(char* data, std::size_t one, std::size_t size, void* self);
  static std::size_t on_header(char* data, std::size_t one, std::size_t size, void* self);
  std::size_t take_body(const char* data, std::size_t size);
  std::size_t take_header(std::string_view line);

  void set_request(const HttpRequest& request);
  void set_connection(const HttpSettings& settings);
  void set_headers(const HttpRequest& request, const HttpCredentials& credentials);
  void set_user(const HttpRequest& request, const HttpSettings& settings, const HttpCredentials& credentials);
  void add_line(const std::string& line);
  void note_secrets(const HttpRequest& request, const HttpSettings& settings, const HttpCredentials& credentials);

  struct FreeEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  };
  struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };

  std::unique_ptr<curl_slist, FreeList> m_sent_headers;
  std::string m_sent_body;
  char m_message[CURL_ERROR_SIZE] = {};
  AnswerLimits m_limits;
  Overflow m_overflow = Overflow::kNone;
  std::size_t m_header_bytes = 0;
  HttpHeaders m_headers;
  std::string m_body;
  std::vector<std::string> m_secrets;
  std::unique_ptr<CURL, FreeEasy> m_easy;  // goes first: it refers to all of the above
};

}  // namespace stacvrt::stac
