#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "fhir/http/transport.h"

namespace fhir::http {

/// Reads one HTTP/1.1 answer off a connection: head, then body by its length, in chunks or up to
/// the end of the connection (RFC 9112, sections 4 to 7). Interim answers (1xx) are passed over.
///
/// Throws Error{BadReply} for what is not HTTP or larger than allowed, Error{Unavailable} for what
/// broke off. Texts name what is wrong, never what was sent.
class AnswerReader {
public:
    /// Up to `size` bytes as they come; 0 where the connection ended.
    using Source = std::function<std::size_t(char* buffer, std::size_t size)>;

    AnswerReader(Source source, TransportOptions limits)
        : source_(std::move(source)), limits_(std::move(limits)) {}

    /// The answer; nullopt where the connection ended before its first byte. `toHead`: the request
    /// was a HEAD, whose answer has no body whatever its header says.
    std::optional<Response> read(bool toHead);

    /// Whether any byte came.
    bool begun() const noexcept { return begun_; }
    /// After `read`: whether the connection may carry another request.
    bool isReusable() const noexcept { return reusable_ && at_ == buffer_.size(); }

private:
    bool fill();
    int get();
    std::string line(std::size_t lengthMax);
    Response head();
    void fields(Headers& headers);
    void body(Response& response, bool toHead);
    void bodyOfLength(std::string& body, std::size_t length);
    void bodyInChunks(std::string& body);
    void bodyToEnd(std::string& body);
    void take(std::string& body, std::size_t count);
    void checkSize(std::uint64_t size) const;

    Source source_;
    TransportOptions limits_;
    std::string buffer_;  ///< what came last
    std::size_t at_ = 0;  ///< how much of it was read
    std::size_t headBytes_ = 0;
    bool begun_ = false;
    bool reusable_ = false;
    bool olderThan11_ = false;
};

}  // namespace fhir::http
