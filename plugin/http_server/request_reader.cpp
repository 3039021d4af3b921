#include "plugin/http_server/request_reader.h"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <optional>
#include <string>
#include <utility>

#include "plugin/http_server/request_syntax.h"

namespace plugin::http_server {
namespace {

namespace beast = boost::beast;
using beast::http::field;
using Failure = beast::error_code;
using namespace std::string_view_literals;

std::string_view view(beast::string_view text) noexcept {
    return {text.data(), text.size()};
}

Problem badRequest(std::string detail) {
    return {400, "invalid-input", "The request is not right", std::move(detail)};
}

Problem notImplemented(std::string detail) {
    return {501, "not-implemented", "Not implemented", std::move(detail)};
}

Problem headTooLarge(std::string detail) {
    return {431, "header-too-large", "The header is too large", std::move(detail)};
}

/// What those who are at the wrong port speak (RFC 8446, section 5.1; RFC 9113, section 3.4; the
/// PROXY protocol of HAProxy, section 2; of its second version without the first empty line).
std::optional<Problem> otherProtocol(std::string_view sent) {
    if (sent.starts_with("\x16\x03"))
        return badRequest("This port speaks http. For https put a proxy that ends TLS before it.");
    if (sent.starts_with("PROXY ") || sent.starts_with("\r\n\0\r\nQUIT\n"sv))
        return badRequest(
            "The PROXY protocol is not read here. Have the proxy send X-Forwarded-For instead.");
    return std::nullopt;
}

}  // namespace

/// Splits the bytes; keeps what they say.
class RequestReader::Parser final : public beast::http::basic_parser<true> {
public:
    explicit Parser(const RequestLimits& limits) : limits_(limits) {
        header_limit(static_cast<std::uint32_t>(limits.headBytes));
        body_limit(limits.bodyBytes);
        eager(true);
    }

    Request request;
    std::optional<Problem> refusal;
    bool expectsContinue = false;
    std::string_view reading;  ///< what is being read
    bool isChunked() const { return hasCoding_; }

private:
    void refuse(Problem why, Failure& failure) {
        refusal = std::move(why);
        failure = beast::http::error::bad_value;
    }

    void on_request_impl(beast::http::verb /*verb*/, beast::string_view method,
                         beast::string_view target, int version, Failure& failure) override {
        isVersion10_ = version == 10;
        request.method = std::string(view(method));
        takeTarget(view(target), failure);
    }

    void on_response_impl(int /*status*/, beast::string_view /*reason*/, int /*version*/,
                          Failure& /*failure*/) override {}

    void takeTarget(std::string_view target, Failure& failure) {
        if (target.size() > limits_.targetBytes)
            return refuse(
                {414, "target-too-long", "The address is too long",
                 "It may have at most " + std::to_string(limits_.targetBytes) + " bytes."},
                failure);
        if (request.method == "CONNECT")
            return refuse(notImplemented("This is no proxy."), failure);
        if (!isTarget(target))
            return refuse(badRequest("The address holds a character that must be "
                                     "percent-encoded."),
                          failure);
        if (target == "*" && request.method == "OPTIONS") {
            request.path = target;
            return;
        }
        if (!target.starts_with('/') && !takeAuthority(target))
            return refuse(badRequest("The address is neither a path nor an http address."),
                          failure);
        const auto mark = target.find('?');
        request.path = mark == 0 || target.empty() ? "/" : std::string(target.substr(0, mark));
        if (mark != std::string_view::npos) request.query = std::string(target.substr(mark + 1));
    }

    /// Of an address in absolute form (RFC 9112, section 3.2.2); leaves its path and query.
    bool takeAuthority(std::string_view& target) {
        const auto colon = target.find("://");
        if (colon == std::string_view::npos) return false;
        const auto scheme = asciiLowerCase(target.substr(0, colon));
        if (scheme != "http" && scheme != "https") return false;
        const auto rest = target.substr(colon + 3);
        const auto authority = rest.substr(0, rest.find_first_of("/?"));
        if (!isHost(authority)) return false;
        request.host = asciiLowerCase(authority);
        isAbsolute_ = true;
        target = rest.substr(authority.size());
        return true;
    }

    void on_field_impl(field name, beast::string_view nameText, beast::string_view value,
                       Failure& failure) override {
        if (++fields_ > limits_.fields)
            return refuse(
                headTooLarge("It may have at most " + std::to_string(limits_.fields) + " fields."),
                failure);
        if (!isOnOneLine(view(nameText), view(value)))
            return refuse(badRequest("A header field goes over several lines."), failure);
        if (isHeadRead_) {  // a trailer, which is dropped (RFC 9112, section 7.1.2)
            trailerBytes_ += nameText.size() + value.size();
            return checkExtra(trailerBytes_, failure);
        }
        if (name == field::host) return takeHost(view(value), failure);
        if (name == field::content_length) return checkLength(view(value), failure);
        if (name == field::transfer_encoding) return checkCoding(view(value), failure);
        if (name == field::expect) return takeExpectation(view(value), failure);
        request.headers.add(std::string(view(nameText)), std::string(view(value)));
    }

    /// Between name and value, a line that was folded (RFC 9112, section 5.2) leaves its end; or
    /// the value was put together elsewhere.
    bool isOnOneLine(std::string_view name, std::string_view value) const {
        const auto* begin = name.data() + name.size() + 1;  // behind the colon
        if (value.data() < begin || value.data() > reading.data() + reading.size()) return false;
        return std::all_of(begin, value.data(), [](char c) { return c == ' ' || c == '\t'; });
    }

    void takeHost(std::string_view value, Failure& failure) {
        if (hasHost_) return refuse(badRequest("There is more than one Host field."), failure);
        hasHost_ = true;
        if (!isHost(value)) return refuse(badRequest("The Host field names no host."), failure);
        if (!isAbsolute_) request.host = asciiLowerCase(value);
    }

    void checkLength(std::string_view value, Failure& failure) {
        if (hasLength_ || !isNumber(value))
            return refuse(badRequest("The Content-Length is not one number."), failure);
        hasLength_ = true;
    }

    void checkCoding(std::string_view value, Failure& failure) {
        if (isVersion10_) return refuse(badRequest("HTTP/1.0 has no Transfer-Encoding."), failure);
        const auto codings = asciiLowerCase(value);
        const auto comma = codings.rfind(',');
        const auto last = codings.substr(comma == std::string::npos ? 0 : comma + 1);
        const auto coding = last.substr(std::min(last.find_first_not_of(" \t"), last.size()));
        if (hasCoding_ || hasLength_ || coding != "chunked")
            return refuse(badRequest("The Transfer-Encoding does not say where the body ends."),
                          failure);
        if (comma != std::string::npos)
            return refuse(notImplemented("The only Transfer-Encoding that is read is chunked."),
                          failure);
        hasCoding_ = true;
    }

    void takeExpectation(std::string_view value, Failure& failure) {
        if (asciiLowerCase(value) != "100-continue")
            return refuse({417, "expectation-failed", "Expectation failed",
                           "The only expectation that is met is 100-continue."},
                          failure);
        expectsContinue = !isVersion10_;
    }

    void on_header_impl(Failure& failure) override {
        isHeadRead_ = true;
        fields_ = 0;  // of the trailer, from here on
        if (!hasHost_ && !isVersion10_) refuse(badRequest("There is no Host field."), failure);
    }

    void on_body_init_impl(const boost::optional<std::uint64_t>& length,
                           Failure& /*failure*/) override {
        // Not all at once on somebody's word: they have yet to send it.
        constexpr std::uint64_t kReserveMax = 64 * 1024;
        if (length) request.body.reserve(static_cast<std::size_t>(std::min(*length, kReserveMax)));
    }

    std::size_t on_body_impl(beast::string_view part, Failure& /*failure*/) override {
        request.body.append(part.data(), part.size());
        return part.size();
    }

    void on_chunk_header_impl(std::uint64_t /*size*/, beast::string_view extensions,
                              Failure& failure) override {
        checkExtra(extensions.size(), failure);
    }

    void checkExtra(std::size_t bytes, Failure& failure) {
        if (bytes > limits_.headBytes)
            refuse(headTooLarge("What comes with a chunk may have at most " +
                                std::to_string(limits_.headBytes) + " bytes."),
                   failure);
    }

    std::size_t on_chunk_body_impl(std::uint64_t /*remaining*/, beast::string_view part,
                                   Failure& failure) override {
        return on_body_impl(part, failure);
    }

    void on_finish_impl(Failure& /*failure*/) override {}

    const RequestLimits& limits_;
    std::size_t fields_ = 0, trailerBytes_ = 0;
    bool isVersion10_ = false, isAbsolute_ = false, isHeadRead_ = false;
    bool hasHost_ = false, hasLength_ = false, hasCoding_ = false;
};

struct RequestReader::Input {
    explicit Input(const RequestLimits& given) : limits(given) {}

    std::string_view left() const { return std::string_view(bytes).substr(at); }

    void refuse(Problem why) {
        refusal = std::move(why);
        state = State::Refused;
        parser.reset();
        bytes.clear();
        at = 0;
    }

    void refuseFor(const Failure& failure) {
        using Error = beast::http::error;
        if (parser->refusal) return refuse(std::move(*parser->refusal));
        if (failure == Error::body_limit)
            return refuse(
                {413, "too-large", "Too large",
                 "The body may have at most " + std::to_string(limits.bodyBytes) + " bytes."});
        if (failure == Error::header_limit) return refuseLargeHead();
        if (auto other = otherProtocol(left())) return refuse(std::move(*other));
        if (failure == Error::bad_version && isOtherVersion(left()))
            return refuse({505, "http-version", "Not this version of HTTP",
                           "What is read here is HTTP/1.1 and HTTP/1.0."});
        refuse(badRequest("It is not HTTP as RFC 9112 describes it: " + failure.message() + "."));
    }

    void refuseLargeHead() {
        refuse(headTooLarge("It may have at most " + std::to_string(limits.headBytes) + " bytes."));
    }

    /// One empty line may come before a request (RFC 9112, section 2.2).
    void skipEmptyLine() {
        if (!mayStartEmpty || !left().starts_with("\r\n")) return;
        at += 2;
        mayStartEmpty = false;
    }

    void read() {
        if (!parser) {
            skipEmptyLine();
            if (left().empty() || left() == "\r") return;
            parser.emplace(limits);
        }
        // At least so many bytes are to come still, and the library does not look at fewer.
        constexpr std::size_t kLastChunkBytes = 5;
        if (state == State::Body && parser->isChunked() && left().size() < kLastChunkBytes) return;
        parser->reading = left();
        Failure failure;
        at += parser->put(boost::asio::const_buffer(left().data(), left().size()), failure);
        if (failure && failure != beast::http::error::need_more) return refuseFor(failure);
        if (parser->is_done())
            state = State::Whole;
        else if (left().size() >= limits.headBytes)
            refuseLargeHead();  // the line of a chunk, or trailers
        else
            state = parser->is_header_done() ? State::Body : State::Head;
    }

    const RequestLimits limits;
    State state = State::Empty;
    std::string bytes;   ///< what came and was not read
    std::size_t at = 0;  ///< how much of it was
    std::optional<Parser> parser;
    Problem refusal;
    bool keepsAlive = false;
    bool mayStartEmpty = true;
};

RequestReader::RequestReader(const RequestLimits& limits)
    : input_(std::make_unique<Input>(limits)) {}

RequestReader::~RequestReader() = default;

RequestReader::State RequestReader::state() const noexcept {
    return input_->state;
}

RequestReader::State RequestReader::take(std::string_view bytes) {
    auto& input = *input_;
    if (input.state == State::Refused) return input.state;
    if (!bytes.empty()) {
        input.bytes.erase(0, std::exchange(input.at, 0));
        input.bytes.append(bytes);
    }
    if (input.state != State::Whole) input.read();
    return input.state;
}

const Request& RequestReader::request() const noexcept {
    return input_->parser->request;
}

Request RequestReader::takeRequest() {
    auto& input = *input_;
    auto request = std::move(input.parser->request);
    input.keepsAlive = input.parser->keep_alive();
    input.parser.reset();
    input.state = State::Empty;
    input.mayStartEmpty = true;
    return request;
}

bool RequestReader::keepsAlive() const noexcept {
    return input_->keepsAlive;
}

bool RequestReader::takeExpectsContinue() noexcept {
    auto& parser = input_->parser;
    if (!parser || input_->state != State::Body) return false;
    return std::exchange(parser->expectsContinue, false) && parser->request.body.empty();
}

const Problem& RequestReader::refusal() const noexcept {
    return input_->refusal;
}

void RequestReader::refuse(Problem why) {
    input_->refuse(std::move(why));
}

std::size_t RequestReader::bodyBytes() const noexcept {
    return input_->parser ? input_->parser->request.body.size() : 0;
}

}  // namespace plugin::http_server
