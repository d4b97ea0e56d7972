// SPDX-License-Identifier: MIT
// Signatures of URLs: tokens of the Planetary Computer, and secrets of the user's in a header or query. Asks for tokens
// through an interface; knows neither GDAL's paths nor redirects.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "stac/datetime.h"

namespace stacvrt::driver {

/// What is to be added to a request. Secret: neither shown nor logged.
struct Signature {
  std::string query;   ///< "sv=...&sig=...": after '?' or '&'
  std::string header;  ///< "Name: value"
  stac::Instant lapses = stac::kEndOfTime;
  [[nodiscard]] bool empty() const { return query.empty() && header.empty(); }
};

/// Thread-safe.
class Signing {
 public:
  virtual ~Signing() = default;
  /// Empty for URLs that are not signed. Throws Error{kIo}.
  [[nodiscard]] virtual Signature of(const std::string& url) = 0;
  /// The URL was denied: whether a new signature may do better.
  [[nodiscard]] virtual bool renew(const std::string& url) = 0;
  /// Whether it is the user's own, for trusted origins only; else whoever it is made for is part of it.
  [[nodiscard]] virtual bool is_secret() const = 0;
};

/// The text of a JSON document. Throws Error, kNotFound for 404.
using FetchText = std::function<std::string(const std::string& url)>;
/// The present; tests have their own.
using Now = std::function<stac::Instant()>;

/// Tokens for blobs of Azure accounts, one per container, fetched from `endpoint`/account/container when first needed
/// and again five minutes before they lapse. URLs that are signed already, other hosts, and containers that the
/// service does not know stay as they are.
class PlanetaryComputer : public Signing {
 public:
  PlanetaryComputer(std::string endpoint, FetchText fetch, Now now);
  Signature of(const std::string& url) override;
  bool renew(const std::string& url) override;
  bool is_secret() const override { return false; }

 private:
  struct Token {
    std::mutex mutex;  // held while it is fetched, so that it is fetched once
    Signature signature;
    stac::Instant fetched = stac::kBeginOfTime;
    bool known = false;
  };
  std::shared_ptr<Token> token_of(const std::string& container);
  void fetch(Token& token, const std::string& container);

  const std::string m_endpoint;
  const FetchText m_fetch;
  const Now m_now;
  std::mutex m_mutex;
  std::map<std::string, std::shared_ptr<Token>> m_tokens;  // by "account/container"
};

/// Makes the signing that `text` (open option SIGN) asks for:
///   planetary_computer
///   header:NAME=VARIABLE    "NAME: value" of the configuration option or environment variable VARIABLE
///   query:NAME=VARIABLE     "NAME=value"
///   query:VARIABLE          value is the whole query
///   none
/// Where it is empty: planetary_computer for documents of that service, else none (null). `value_of` gives the value of
/// a variable. Throws Error{kInvalid} saying what is allowed, never a secret.
struct SigningSetup {
  std::string text;
  bool of_planetary_computer = false;  ///< the user named a document there
  std::function<std::shared_ptr<Signing>()> planetary_computer;
  std::function<std::string(const std::string& variable)> value_of;
};
[[nodiscard]] std::shared_ptr<Signing> make_signing(const SigningSetup& setup);

}  // namespace stacvrt::driver
