#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "fhir/http/inflater.h"
#include "fhir/http/transport.h"

namespace fhir::http {

/// Reads one HTTP/1.1 answer off a connection: head, then body by its length, in chunks or up to
/// the end of the connection (RFC 9112, sections 4 to 7). Interim answers (1xx) are passed over;
/// a body in gzip is inflated, and its limit holds for what it inflates to.
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
    /// was a HEAD, whose answer has no body whatever its header says. With a sink, the body of a
    /// 200 goes there in parts and not into the answer; what the sink throws comes through.
    std::optional<Response> read(bool toHead, const BodySink& sink = nullptr);

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
    void body(const Response& response);
    void bodyInChunks();
    void bodyToEnd();
    void take(std::uint64_t count);
    void give(std::string_view part);
    void checkSize(std::uint64_t size) const;

    Source source_;
    TransportOptions limits_;
    std::optional<Inflater> inflater_;  ///< where the body is compressed
    BodySink sink_;                     ///< where the body goes
    std::uint64_t bytesMax_ = 0;        ///< of the body, before and after it is inflated
    std::uint64_t bytesTaken_ = 0;      ///< of the body as it came
    std::uint64_t bytesGiven_ = 0;      ///< of the body as it is
    std::string buffer_;                ///< what came last
    std::size_t at_ = 0;                ///< how much of it was read
    std::size_t headBytes_ = 0;
    bool begun_ = false;
    bool reusable_ = false;
    bool olderThan11_ = false;
};

}  // namespace fhir::http
