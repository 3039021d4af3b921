#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "plugin/http_server/message.h"
#include "plugin/http_server/problem.h"

namespace plugin::http_server {

/// How large a request may be.
struct RequestLimits {
    std::size_t headBytes = 16 * 1024;  ///< request line, header fields and their line ends
    std::size_t targetBytes = 8 * 1024;
    std::size_t fields = 100;
    std::size_t bodyBytes = 8 * 1024 * 1024;
};

/// Reads what a connection sends as HTTP/1.1 requests, one after the other, and strictly: what
/// RFC 9112 calls an error, and what two readers could understand in two ways, is refused, and
/// nothing after it is read (section 11.2). Needs no socket, and no thread while it waits.
///
/// Trailers are read and dropped (section 6.5.1). A request may be in absolute form (section
/// 3.2.2). Refused are, among others: a line that ends without CR, a folded field, a blank before
/// the colon, more than one Host or Content-Length, both a length and a transfer coding, every
/// coding but `chunked`.
class RequestReader {
public:
    explicit RequestReader(const RequestLimits& limits);
    ~RequestReader();
    RequestReader(const RequestReader&) = delete;
    RequestReader& operator=(const RequestReader&) = delete;

    enum class State {
        Empty,    ///< nothing of the next request has come
        Head,     ///< some of its head
        Body,     ///< its head, and not yet all of its body
        Whole,    ///< `takeRequest` gives it
        Refused,  ///< `refusal` says why; the connection carries no more requests
    };
    State state() const noexcept;

    /// Takes the bytes as they came, in any pieces, and reads on to the end of one request. What
    /// comes after it is kept; `take({})`, after `takeRequest`, reads on there.
    State take(std::string_view bytes);

    /// The whole request that is there: method, path, query, host, headers and body.
    const Request& request() const noexcept;
    Request takeRequest();
    /// Of the request that was taken last: whether the connection stays open after its answer.
    bool keepsAlive() const noexcept;

    /// Whether the caller waits with the body for a word from us (RFC 9110, section 10.1.1). True
    /// once for each request that does.
    bool takeExpectsContinue() noexcept;

    /// How the request is answered before the connection closes.
    const Problem& refusal() const noexcept;
    /// The connection ended, or the caller was too slow: refuses the request that was begun.
    void refuse(Problem why);

    /// How much of the body has come, in bytes.
    std::size_t bodyBytes() const noexcept;

private:
    class Parser;
    struct Input;
    std::unique_ptr<Input> input_;
};

}  // namespace plugin::http_server
