// SPDX-License-Identifier: MIT
#include "driver/signing.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

#include "stac/error.h"
#include "stac/json.h"
#include "stac/letter_case.h"
#include "stac/url.h"

namespace stacvrt::driver {

namespace {

constexpr stac::Instant kMinute = 60 * stac::kMicrosPerSecond;
// A token is renewed this long before it lapses, so that what is under way ends before.
constexpr stac::Instant kMargin = 5 * kMinute;
constexpr const char* kEndpoint = "https://planetarycomputer.microsoft.com/api/sas/v1/token";

bool is_signed(const std::string& query) {
  return query.find("?sig=") != std::string::npos || query.find("&sig=") != std::string::npos;
}

// "account/container" of a blob that a token may open; nothing for others.
std::optional<std::string> container_of(const std::string& text) {
  constexpr std::string_view kHost = ".blob.core.windows.net";
  const auto url = stac::parse_url(text);
  if (!url || is_signed(url->query)) return std::nullopt;
  const std::string host = url->authority.substr(0, url->authority.find(':'));
  if (!host.ends_with(kHost) || host.size() == kHost.size()) return std::nullopt;
  const std::string account = host.substr(0, host.size() - kHost.size());
  const std::size_t end = url->path.find('/', 1);
  if (end == std::string::npos || end < 2 || account.find_first_of("@.") != std::string::npos) return std::nullopt;
  return account + url->path.substr(0, end);
}

bool is_token_text(const std::string& token) {
  return !token.empty() && std::all_of(token.begin(), token.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || std::string_view("-._~%&=+:/,").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

// A fixed header or query.
class Fixed : public Signing {
 public:
  explicit Fixed(Signature signature) : m_signature(std::move(signature)) {}
  Signature of(const std::string&) override { return m_signature; }
  bool renew(const std::string&) override { return false; }
  bool is_secret() const override { return true; }

 private:
  const Signature m_signature;
};

[[noreturn]] void fail(const std::string& what) {
  throw Error(ErrorCode::kInvalid,
              "open option SIGN: " + what +
                  "; expected planetary_computer, header:NAME=VARIABLE, query:NAME=VARIABLE, query:VARIABLE or none, "
                  "where VARIABLE is a configuration option or environment variable that holds the secret");
}

bool is_name(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
  });
}

// Letters that end a header or begin another parameter would say something else than one value.
std::string secret_of(const std::string& variable, const SigningSetup& setup, std::string_view forbidden) {
  if (!is_name(variable)) fail("the name of a variable is missing or has other characters than letters, digits and _");
  std::string value = setup.value_of(variable);
  if (value.empty()) fail("there is no configuration option or environment variable " + variable);
  if (std::any_of(value.begin(), value.end(), [&](unsigned char c) {
        return c < ' ' || forbidden.find(static_cast<char>(c)) != std::string_view::npos;
      }))
    fail("the value of " + variable + " has characters that may not stand there");
  return value;
}

std::shared_ptr<Signing> make_fixed(const std::string& kind, const std::string& rest, const SigningSetup& setup) {
  const std::size_t equals = rest.find('=');
  const std::string variable = equals == std::string::npos ? rest : rest.substr(equals + 1);
  const std::string name = equals == std::string::npos ? "" : rest.substr(0, equals);
  if ((equals != std::string::npos || kind == "header") && !is_name(name)) fail("'" + kind + ":' wants a name");
  Signature signature;
  if (kind == "header")
    signature.header = name + ": " + secret_of(variable, setup, "\"\\");
  else
    signature.query =
        (name.empty() ? "" : name + "=") + secret_of(variable, setup, name.empty() ? " #?\"'<>" : " #?&\"'<>");
  return std::make_shared<Fixed>(std::move(signature));
}

}  // namespace

PlanetaryComputer::PlanetaryComputer(std::string endpoint, FetchText fetch, Now now)
    : m_endpoint(endpoint.empty() ? kEndpoint : std::move(endpoint)),
      m_fetch(std::move(fetch)),
      m_now(std::move(now)) {}

std::shared_ptr<PlanetaryComputer::Token> PlanetaryComputer::token_of(const std::string& container) {
  const std::lock_guard lock(m_mutex);
  auto& token = m_tokens[container];
  if (!token) token = std::make_shared<Token>();
  return token;
}

void PlanetaryComputer::fetch(Token& token, const std::string& container) {
  const std::string url = m_endpoint + "/" + container;
  token.known = false;
  token.fetched = m_now();
  token.signature = {};
  std::string text;
  try {
    text = m_fetch(url);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kNotFound) throw;
    token.known = true;  // a public container: none of the service's
    return;
  }
  const stac::Json json = stac::parse_json(text, url);
  const auto member = [&](const char* name) {
    const auto found = json.is_object() ? json.find(name) : json.end();
    return json.is_object() && found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  const std::string query = member("token"), expiry = member("msft:expiry");
  if (!is_token_text(query) || expiry.empty())
    throw Error(ErrorCode::kInvalid, "the answer is no token: it needs \"token\" and \"msft:expiry\"", {url, {}, {}});
  token.signature = {query, {}, stac::parse_instant(expiry) - kMargin};
  token.known = true;
}

Signature PlanetaryComputer::of(const std::string& url) {
  const auto container = container_of(url);
  if (!container) return {};
  const std::shared_ptr<Token> token = token_of(*container);
  const std::lock_guard lock(token->mutex);
  // One that comes with less than the margin to live is used, and asked for again a minute later.
  const stac::Instant now = m_now();
  if (!token->known || (now >= token->signature.lapses && now >= token->fetched + kMinute)) fetch(*token, *container);
  return token->signature;
}

bool PlanetaryComputer::renew(const std::string& url) {
  const auto container = container_of(url);
  if (!container) return false;
  const std::shared_ptr<Token> token = token_of(*container);
  const std::lock_guard lock(token->mutex);
  if (token->signature.empty() || m_now() < token->fetched + kMinute) return false;
  token->known = false;
  return true;
}

std::shared_ptr<Signing> make_signing(const SigningSetup& setup) {
  const std::string word = stac::lowered(setup.text);
  if (word == "none" || (word.empty() && !setup.of_planetary_computer)) return nullptr;
  if (word.empty() || word == "planetary_computer") return setup.planetary_computer();
  const std::size_t colon = setup.text.find(':');
  const std::string kind = word.substr(0, std::min(colon, word.size()));
  if (colon == std::string::npos || (kind != "header" && kind != "query"))
    fail("this is not known");  // and not shown: it may be a secret
  return make_fixed(kind, setup.text.substr(colon + 1), setup);
}

}  // namespace stacvrt::driver
