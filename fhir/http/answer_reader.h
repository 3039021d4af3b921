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

/// Reads one HTTP/1.1 response from a connection: head, then body by its length, in chunks or up to
/// the end of the connection (RFC 9112, sections 4 to 7). Skips interim responses (1xx); inflates a
/// gzip body, and the size limit holds for the inflated body too.
///
/// Throws Error{BadReply} if the response is not HTTP or is larger than allowed, Error{Unavailable}
/// if it breaks off. Error texts say what is wrong, never what was sent.
class AnswerReader {
public:
    /// Reads up to `size` bytes as they come; 0 if the connection has ended.
    using Source = std::function<std::size_t(char* buffer, std::size_t size)>;

    AnswerReader(Source source, TransportOptions limits)
        : source_(std::move(source)), limits_(std::move(limits)) {}

    /// The response; nullopt if the connection ended before its first byte. `toHead`: the request
    /// was a HEAD, whose response has no body whatever its header says. With a sink, the body of a
    /// 200 goes there in parts and not into the response; exceptions of the sink pass through.
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
    std::optional<Inflater> inflater_;  ///< set if the body is compressed
    BodySink sink_;                     ///< where the body goes
    std::uint64_t bytesMax_ = 0;        ///< of the body, before and after it is inflated
    std::uint64_t bytesTaken_ = 0;      ///< of the body as received
    std::uint64_t bytesGiven_ = 0;      ///< of the body after inflating
    std::string buffer_;                ///< the bytes received last
    std::size_t at_ = 0;                ///< how much of `buffer_` was used
    std::size_t headBytes_ = 0;
    bool begun_ = false;
    bool reusable_ = false;
    bool olderThan11_ = false;
};

}  // namespace fhir::http
