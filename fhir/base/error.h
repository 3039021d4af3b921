#pragma once

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace fhir {

/// What went wrong, as far as a caller can act on it. Everything that must differ by error (HTTP
/// status, retry, exit code) is a table over this enum, in error.cpp.
enum class ErrorKind {
    InvalidInput,  ///< What we were given (message, option, configuration) is wrong. Never retried.
    Unauthorized,  ///< Credentials are missing, expired or refused (HTTP 401).
    Forbidden,     ///< Known, but not allowed to do this (HTTP 403).
    NotFound,      ///< The named thing does not exist (HTTP 404, 410).
    Conflict,      ///< Somebody else changed the thing, or it exists twice (HTTP 409, 412).
    Refused,       ///< The other side understood and said no (HTTP 400, 405, 422 and the like).
    BadReply,      ///< The other side's answer is not what it should be. Retried.
    Unavailable,   ///< The other side is down, slow or throttling. Retried.
    Internal,      ///< Our own fault.
};

/// Where an error comes from, so that nobody is told that the EHR is down when our own store is.
enum class ErrorOrigin {
    Caller,     ///< who asked us: the message, the option, the configuration, the session
    Ehr,        ///< the server that was asked: the EHR, or one of its services
    Companion,  ///< the server that keeps what the EHR does not take
    Store,      ///< our own database: it cannot be reached, is busy or full
};

/// The only exception type that crosses a folder boundary.
///
/// `what()` is for the operator and never carries patient data, tokens or secrets; `path` points
/// at the fault inside a message as a JSON pointer (RFC 6901): "/entry/3/resource/birthDate".
class Error : public std::runtime_error {
public:
    Error(ErrorKind kind, const std::string& what, std::string path = {})
        : std::runtime_error(what), kind_(kind), path_(std::move(path)) {}
    /// An error whose origin is not the default one of its kind.
    Error(ErrorKind kind, const std::string& what, ErrorOrigin origin)
        : std::runtime_error(what), kind_(kind), origin_(origin) {}

    ErrorKind kind() const noexcept { return kind_; }
    const std::string& path() const noexcept { return path_; }
    /// By default Ehr for Refused, BadReply and Unavailable, else Caller.
    ErrorOrigin origin() const noexcept;

    /// The HTTP status that the other side gave; 0 if there was none.
    int status() const noexcept { return status_; }
    /// How long the other side asked us to wait (Retry-After, RFC 9110, section 10.2.3).
    std::optional<std::chrono::milliseconds> retryAfter() const noexcept { return retryAfter_; }
    /// The cause in one word, where the other side names one or its answer shows one: a code of
    /// OAuth ("invalid_scope"), `kWebPage`; "" for any other.
    const std::string& cause() const noexcept { return cause_; }

    Error& withStatus(int status) noexcept {
        status_ = status;
        return *this;
    }
    Error& withRetryAfter(std::optional<std::chrono::milliseconds> wait) noexcept {
        retryAfter_ = wait;
        return *this;
    }
    Error& withCause(std::string cause) {
        cause_ = std::move(cause);
        return *this;
    }

    /// The same error, with `where` and a colon before its text.
    Error in(const std::string& where) const {
        Error error(kind_, where + ": " + what(), path_);
        error.origin_ = origin_;
        return error.withStatus(status_).withRetryAfter(retryAfter_).withCause(cause_);
    }

private:
    ErrorKind kind_;
    std::string path_;
    std::optional<ErrorOrigin> origin_;
    int status_ = 0;
    std::optional<std::chrono::milliseconds> retryAfter_;
    std::string cause_;
};

/// The cause of an error: a page for people came where there should be data.
inline constexpr const char* kWebPage = "web-page";

/// A fault in one part (a bundle entry, a setting) that does not stop the rest. The rules for
/// Error::what() hold for its text too.
struct Issue {
    std::string path;  ///< JSON pointer; "" if there is none.
    std::string text;
    /// What it is a fault of, by type and id: "Encounter/e1"; "" if that is not known.
    std::string resource{};
    /// The id of the patient whom that resource is about; "" if that is not known.
    std::string patient{};
};

/// Whether the same request may succeed later although nobody changes anything.
bool isRetryable(ErrorKind kind) noexcept;

/// The status with which our own HTTP side answers such an error.
int httpStatus(ErrorKind kind) noexcept;

/// The exit code of the command line (DESIGN, section 7.1).
int exitCode(ErrorKind kind) noexcept;

/// "unavailable", "not-found", …: for logs and machines.
const char* toString(ErrorKind kind) noexcept;

}  // namespace fhir
