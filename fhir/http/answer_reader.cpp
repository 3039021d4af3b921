#include "fhir/http/answer_reader.h"

#include <algorithm>
#include <charconv>

#include "fhir/base/error.h"

namespace fhir::http {
namespace {

constexpr std::size_t kBufferBytes = 16 * 1024;
constexpr std::size_t kLineBytesMax = 8 * 1024;
constexpr std::size_t kHeadBytesMax = 256 * 1024;  ///< interim answers and trailers included

[[noreturn]] void notHttp(const char* why) {
    throw Error(ErrorKind::BadReply, std::string("the answer is not HTTP: ") + why);
}

[[noreturn]] void brokeOff() {
    throw Error(ErrorKind::Unavailable, "the answer broke off before its end");
}

/// A field name is a token (RFC 9110, section 5.6.2).
bool isToken(std::string_view text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    });
}

/// Whether it names a compression that we cannot undo (IANA, HTTP Content Coding Registry). Some
/// servers write a character set there, or nothing: what they send is not compressed.
bool isOtherCompression(std::string_view coding) noexcept {
    static constexpr std::array<std::string_view, 8> kNames{
        "br", "compress", "x-compress", "deflate", "zstd", "dcb", "dcz", "exi"};
    return std::any_of(kNames.begin(), kNames.end(),
                       [&](auto name) { return equalsIgnoringCase(coding, name); });
}

std::optional<std::uint64_t> number(std::string_view text, int base) noexcept {
    std::uint64_t value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (text.empty() || fault != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

/// Whether a list of words, "keep-alive, Upgrade", holds this one.
bool lists(std::string_view list, std::string_view word) noexcept {
    while (!list.empty()) {
        const auto comma = std::min(list.find(','), list.size());
        if (equalsIgnoringCase(trimmed(list.substr(0, comma)), word)) return true;
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return false;
}

/// The one length that every Content-Length field gives (RFC 9112, section 6.3); nullopt where
/// there is no field.
std::optional<std::uint64_t> contentLength(const Headers& headers) {
    std::optional<std::uint64_t> length;
    for (const auto& [name, value] : headers) {
        if (!equalsIgnoringCase(name, "Content-Length")) continue;
        const auto one = number(value, 10);
        if (!one || (length && *length != *one)) notHttp("its Content-Length is no length");
        length = one;
    }
    return length;
}

}  // namespace

bool AnswerReader::fill() {
    buffer_.resize(kBufferBytes);
    buffer_.resize(source_(buffer_.data(), buffer_.size()));
    at_ = 0;
    begun_ = begun_ || !buffer_.empty();
    return !buffer_.empty();
}

int AnswerReader::get() {
    if (at_ == buffer_.size() && !fill()) return -1;
    return static_cast<unsigned char>(buffer_[at_++]);
}

/// A line of the head without its end, which is CR LF or LF (RFC 9112, section 2.2).
std::string AnswerReader::line(std::size_t lengthMax) {
    std::string text;
    for (;;) {
        const int c = get();
        if (c < 0) brokeOff();
        if (++headBytes_ > kHeadBytesMax || text.size() > lengthMax)
            throw Error(ErrorKind::BadReply, "the header of the answer is too large");
        if (c == '\n') break;
        text += static_cast<char>(c);
    }
    if (text.ends_with('\r')) text.pop_back();
    return text;
}

std::optional<Response> AnswerReader::read(bool toHead, const BodySink& sink) {
    if (!fill()) return std::nullopt;
    auto response = head();
    // 100 Continue, 103 Early Hints: the answer is still to come (RFC 9110, section 15.2).
    while (response.status < 200) {
        if (response.status == 101) notHttp("it changes to another protocol");
        response = head();
    }
    const auto connection = response.headers.find("Connection").value_or("");
    reusable_ = olderThan11_ ? lists(connection, "keep-alive") : !lists(connection, "close");
    const bool streams = sink != nullptr && response.status == 200;
    bytesMax_ = streams ? limits_.streamBytesMax : limits_.bodyBytesMax;
    sink_ = streams ? sink : [&response](std::string_view part) { response.body += part; };
    const auto codings = response.headers.find("Content-Encoding").value_or("");
    for (const auto coding : listElements(codings)) {
        const bool isGzip =
            equalsIgnoringCase(coding, "gzip") || equalsIgnoringCase(coding, "x-gzip");
        if (isGzip && !inflater_)
            inflater_.emplace();
        else if (isGzip || isOtherCompression(coding))
            throw Error(ErrorKind::BadReply,
                        "the answer is compressed in a way that was not asked for");
    }
    if (!toHead && response.status != 204 && response.status != 304) body(response);
    if (inflater_ && !inflater_->isComplete())
        throw Error(ErrorKind::BadReply, "the compressed answer ends before its end");
    return response;
}

Response AnswerReader::head() {
    // Byte for byte, so that another protocol is told as soon as it speaks.
    for (const char expected : std::string_view("HTTP/1.")) {
        const int c = get();
        if (c < 0) brokeOff();
        if (c != expected) notHttp("it does not begin with HTTP/1");
    }
    // "1 200 reason"; the reason may be missing with its space.
    const auto text = line(kLineBytesMax);
    const std::string_view status(text);
    if (status.size() < 5 || status[1] != ' ' || (status.size() > 5 && status[5] != ' '))
        notHttp("its first line is no status line");
    const auto code = number(status.substr(2, 3), 10);
    if (!code || *code < 100 || *code > 599) notHttp("its status is none");
    olderThan11_ = status[0] == '0';
    Response response;
    response.status = static_cast<int>(*code);
    fields(response.headers);
    return response;
}

void AnswerReader::fields(Headers& headers) {
    for (int count = 0;; ++count) {
        const auto text = line(kLineBytesMax);
        if (text.empty()) return;
        if (count >= limits_.headerFieldsMax)
            throw Error(ErrorKind::BadReply, "the header of the answer has too many fields");
        const auto colon = text.find(':');
        if (colon == std::string::npos || !isToken(std::string_view(text).substr(0, colon)))
            notHttp("its header holds a line that is no field");
        headers.add(text.substr(0, colon),
                    std::string(trimmed(std::string_view(text).substr(colon + 1))));
    }
}

void AnswerReader::checkSize(std::uint64_t size) const {
    if (size > bytesMax_)
        throw Error(ErrorKind::BadReply,
                    "the answer is larger than " + std::to_string(bytesMax_) + " bytes");
}

/// Passes a part of the body on.
void AnswerReader::give(std::string_view part) {
    bytesTaken_ += part.size();
    checkSize(bytesTaken_);
    const auto giveInflated = [this](std::string_view bytes) {
        bytesGiven_ += bytes.size();
        checkSize(bytesGiven_);
        sink_(bytes);
    };
    if (inflater_)
        inflater_->give(part, giveInflated);
    else
        giveInflated(part);
}

void AnswerReader::body(const Response& response) {
    if (const auto coding = response.headers.find("Transfer-Encoding")) {
        if (!equalsIgnoringCase(*coding, "chunked"))
            notHttp("its Transfer-Encoding is another than chunked");
        // With both fields the length is a lie, perhaps one on purpose (RFC 9112, section 6.3).
        if (response.headers.find("Content-Length")) reusable_ = false;
        return bodyInChunks();
    }
    if (const auto length = contentLength(response.headers)) {
        checkSize(*length);
        return take(*length);
    }
    reusable_ = false;
    bodyToEnd();
}

/// Passes exactly `count` bytes on.
void AnswerReader::take(std::uint64_t count) {
    while (count > 0) {
        if (at_ == buffer_.size() && !fill()) brokeOff();
        const auto part = std::min<std::uint64_t>(count, buffer_.size() - at_);
        give(std::string_view(buffer_).substr(at_, part));
        at_ += part;
        count -= part;
    }
}

void AnswerReader::bodyInChunks() {
    for (;;) {
        const auto text = line(kLineBytesMax);
        // Extensions after ";" say nothing that we know.
        const auto size = number(trimmed(std::string_view(text).substr(0, text.find(';'))), 16);
        if (!size) notHttp("a chunk has no size");
        if (*size == 0) break;
        checkSize(*size);
        checkSize(bytesTaken_ + *size);
        take(*size);
        if (!line(2).empty()) notHttp("a chunk is longer than its size");
        headBytes_ = 0;  // the limit holds for a head, not for the lines between chunks
    }
    Headers trailer;
    fields(trailer);
}

void AnswerReader::bodyToEnd() {
    do {
        give(std::string_view(buffer_).substr(at_));
        at_ = buffer_.size();
    } while (fill());
}

}  // namespace fhir::http
