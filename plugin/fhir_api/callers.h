#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "fhir/base/concurrency/turns.h"
#include "fhir/smart/introspection.h"
#include "plugin/fhir_api/uses.h"
#include "plugin/http_server/message.h"

namespace plugin {
struct Connection;
}

namespace plugin::fhir_api {

/// Who asks, and what they may see.
class Caller {
public:
    /// A caller of a development site that names no server to introspect tokens.
    static Caller anybody() { return Caller("", {}, true); }
    Caller(std::string connection, fhir::smart::Introspected token)
        : Caller(std::move(connection), std::move(token), false) {}

    /// The connection whose patients may be seen; "" for every connection.
    const std::string& connection() const noexcept { return connection_; }

    /// What the authorization server said about the token; empty for `anybody`.
    const fhir::smart::Introspected& token() const noexcept { return token_; }

    /// Returns the only subject that may be seen, "Patient/2"; "" if all may. A scope of the level
    /// "system" opens all resources of a type, one of "patient" or "user" the patient of the
    /// token's launch, because only the EHR knows which others a user may see. Throws
    /// Error{Forbidden} if no scope lets this type be read (`permission` kRead) or searched
    /// (kSearch).
    std::string subjectFor(std::string_view type, std::uint8_t permission) const;

private:
    Caller(std::string connection, fhir::smart::Introspected token, bool isFree)
        : connection_(std::move(connection)), token_(std::move(token)), isFree_(isFree) {}

    std::string connection_;
    fhir::smart::Introspected token_;
    bool isFree_;
};

/// Finds out who asks: has the authorization server of the token's connection introspect the bearer
/// token of a request. May be used from several threads at once.
class Callers {
public:
    /// How long an answer about a token counts, and how many are remembered.
    static constexpr std::chrono::seconds kTrustedFor{30};
    static constexpr std::size_t kRememberedMax = 10'000;
    /// How many tokens are asked about, and how many of them for callers of one address: whoever
    /// makes tokens up must not make our calls to the EHR's authorization server.
    static constexpr fhir::Turns::Limits kAskedMax{.atOnce = 32, .perSecond = 100};
    static constexpr fhir::Turns::Limits kAskedPerAddressMax{.atOnce = 8, .perSecond = 25};

    explicit Callers(const Uses& uses) : uses_(uses) {}

    /// Throws Error{Unauthorized} if the request has no valid token, and Error{Unavailable} if that
    /// cannot be found out now.
    Caller callerOf(const http_server::Request& request);

private:
    struct Remembered {
        std::string connection;
        fhir::smart::Introspected token;
        fhir::Deadline until;
    };

    const Connection& connectionOf(std::string_view token) const;
    Remembered ask(const Connection& connection, const fhir::Secret& token,
                   const http_server::Request& request) const;
    std::optional<Remembered> find(const std::string& name);
    void remember(const std::string& name, const Remembered& answer);

    const Uses uses_;
    mutable fhir::Turns asking_{kAskedMax, kAskedPerAddressMax};
    std::mutex mutex_;
    std::map<std::string, Remembered> remembered_;
};

}  // namespace plugin::fhir_api
