#include "fhir/base/json.h"

// Its asserts must never be reached; where one is, an exception is better than a core dump.
#include <stdexcept>
#define RAPIDJSON_ASSERT(condition) \
    ((condition) ? void(0) : throw std::logic_error("JSON library used wrongly"))
#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>

#include "fhir/base/error.h"
#include "fhir/base/utf8.h"

namespace fhir::json {
namespace {

constexpr std::uint64_t everyByte(unsigned char byte) noexcept {
    return 0x0101010101010101 * std::uint64_t{byte};
}

/// In each byte the highest bit where one of `bytes` is 0. Where a lower byte is, a higher one may
/// be said to be 0 that is not.
constexpr std::uint64_t zeros(std::uint64_t bytes) noexcept {
    return (bytes - everyByte(1)) & ~bytes & everyByte(0x80);
}

/// The first byte from `text` on that is a quote, a backslash or a control character; zero is one.
/// Reads up to kPaddingBytes beyond it.
char* plainEnd(char* text) noexcept {
    for (;; text += sizeof(std::uint64_t)) {
        std::uint64_t bytes = 0;
        std::memcpy(&bytes, text, sizeof bytes);
        const auto special = zeros(bytes ^ everyByte('"')) | zeros(bytes ^ everyByte('\\')) |
                             ((bytes - everyByte(0x20)) & ~bytes & everyByte(0x80));
        if (special == 0) continue;
        if constexpr (std::endian::native == std::endian::little)
            return text + std::countr_zero(special) / 8;
        while (*text != '"' && *text != '\\' && static_cast<unsigned char>(*text) >= 0x20) ++text;
        return text;
    }
}

/// The text that is parsed, which remembers where the string began that is being decoded in it.
struct TapeStream : rapidjson::InsituStringStream {
    using GenericInsituStringStream::GenericInsituStringStream;
    /// What of a string stands for itself is passed over many bytes at a time. A number begins
    /// here too, but behind no quote.
    char* PutBegin() {
        auto* const first = src_;
        begun = first;
        const bool isString = first != head_ && first[-1] == '"';
        src_ = dst_ = isString ? plainEnd(first) : first;
        return first;
    }
    const char* begun = nullptr;
};

}  // namespace
}  // namespace fhir::json

/// As for the stream that it is made of: the reader works on a copy of it, and reads numbers in
/// place only so.
template <>
struct rapidjson::StreamTraits<fhir::json::TapeStream> {
    enum { copyOptimization = 1 };
};

/// Between the tokens of what servers send there mostly is none; to ask that first is faster.
template <>
inline void rapidjson::SkipWhitespace(fhir::json::TapeStream& stream) {
    while (stream.Peek() == ' ' || stream.Peek() == '\n' || stream.Peek() == '\r' ||
           stream.Peek() == '\t')
        stream.Take();
}

namespace fhir::json {

/// The array whose elements are given one by one; nullptr where none are.
struct Document::Elementwise {
    std::string_view member;
    const std::function<void(const Value&)>* onElement = nullptr;
    const std::function<bool(const Value&)>* begins = nullptr;
};

/// Takes the reader's events and lays them on the tape; the elements of one array, where that is
/// wanted, one by one on a tape of their own.
class TapeBuilder {
public:
    using Ch = char;
    using Tape = Document::Tape;
    using Node = Document::Node;
    TapeBuilder(Tape& tape, const Limits& limits, const Document::Elementwise& elementwise)
        : tape_(tape), to_(&tape), limits_(limits), elementwise_(elementwise) {
        element_.text = tape.text;
        element_.hasEscapes = tape.hasEscapes;
    }

    bool Null() { return push(Type::Null, nullptr, 0) && endValue(); }
    bool Bool(bool value) {
        return push(value ? Type::True : Type::False, nullptr, 0) && endValue();
    }
    bool RawNumber(const char* digits, rapidjson::SizeType length, bool) {
        return push(Type::Number, digits, length) && endValue();
    }
    bool String(const char* text, rapidjson::SizeType length, bool) {
        return push(Type::String, text, length) && endValue();
    }
    bool Key(const char* text, rapidjson::SizeType length, bool) {
        open_.back().nameBits |= Name::bitOf({text, length});
        if (open_.size() == 1 && wanted_) {
            isMember_ = elementwise_.member == std::string_view(text, length);
            if (!isMember_) ++before_;
        }
        return push(Type::String, text, length);
    }
    bool StartObject() {
        if (!open(Type::Object)) return false;
        to_->nodes.emplace_back(std::uint64_t{0});
        return true;
    }
    bool EndObject(rapidjson::SizeType count) { return close(count); }
    bool StartArray() {
        if (!open(Type::Array)) return false;
        if (isMember_ && open_.size() == 2) {
            isMember_ = false;
            wanted_ = false;  // of two arrays of that name the first counts
            if (!begins()) return true;
            streams_ = true;
            to_ = &element_;
        }
        return true;
    }
    bool EndArray(rapidjson::SizeType count) {
        if (streams_ && open_.size() == 2) {
            streams_ = false;
            to_ = &tape_;
            count = 0;
        }
        return close(count);
    }
    // Numbers arrive as text; the reader never calls these.
    bool Int(int) { return false; }
    bool Uint(unsigned) { return false; }
    bool Int64(std::int64_t) { return false; }
    bool Uint64(std::uint64_t) { return false; }
    bool Double(double) { return false; }

    /// Why it stopped the reader; nullptr where it did not.
    const char* stopped() const noexcept { return stopped_; }
    /// Where, as far as it knows better than the reader.
    std::optional<std::size_t> stoppedAt() const noexcept { return stoppedAt_; }
    /// The reader has then taken the bracket that leads too deep.
    bool isTooDeep() const noexcept { return isTooDeep_; }
    /// Where `offset` is, in words; `begun`: the string that was being decoded last.
    std::string placeOf(std::size_t offset, std::size_t size, const char* begun) const;

private:
    bool push(Type type, const char* text, std::size_t length) {
        if (values_++ >= limits_.valuesMax) {
            stopped_ = "it holds more values than allowed";
            return false;
        }
        if (length > limits_.stringBytesMax) {
            stopped_ = "it holds a longer text than allowed";
            return false;
        }
        const auto offset = text == nullptr ? 0 : text - to_->text;
        if (type == Type::String && to_->hasEscapes) {
            const auto half = findHalfSurrogate({text, length});
            if (half != std::string_view::npos) {
                stopped_ = "half of a surrogate pair stands alone in a text";
                stoppedAt_ = static_cast<std::size_t>(offset) + half;
                return false;
            }
        }
        to_->nodes.emplace_back(type, static_cast<std::uint32_t>(offset),
                                static_cast<std::uint32_t>(length));
        return true;
    }

    bool open(Type type) {
        if (open_.size() >= std::min(limits_.depthMax, kDepthMax)) {
            stopped_ = "it is nested deeper than allowed";
            isTooDeep_ = true;
            return false;
        }
        open_.push_back({static_cast<std::uint32_t>(to_->nodes.size()), 0});
        return push(type, nullptr, 0);
    }

    bool close(std::size_t count) {
        const auto [index, nameBits] = open_.back();
        open_.pop_back();
        auto& nodes = to_->nodes;
        const auto type = nodes[index].type();
        nodes[index] = {type, static_cast<std::uint32_t>(nodes.size()),
                        static_cast<std::uint32_t>(count)};
        if (type == Type::Object) nodes[index + 1] = Node(nameBits);
        return endValue();
    }

    /// Whether the elements of the array that begins here are to be given. What is asked sees the
    /// root as if it had ended before the array's name; where it ends indeed, `close` writes later.
    bool begins() {
        if (!*elementwise_.begins) return true;
        auto& nodes = tape_.nodes;
        nodes[0] = {Type::Object, open_[1].index - 1, before_};
        nodes[1] = Node(open_[0].nameBits);
        return (*elementwise_.begins)(Value(&tape_, 0));
    }

    bool endValue() {
        if (!streams_ || open_.size() != 2) return true;
        element_.place = "/" + std::string(elementwise_.member) + "/" + std::to_string(elements_++);
        (*elementwise_.onElement)(Value(&element_, 0));
        element_.nodes.clear();
        return true;
    }

    /// The reader calls itself for each level that `open` lets it enter.
    static constexpr std::size_t kDepthMax = 512;

    struct Open {
        std::uint32_t index;
        std::uint64_t nameBits;
    };
    Tape& tape_;
    Tape element_;
    Tape* to_;
    const Limits& limits_;
    const Document::Elementwise& elementwise_;
    bool wanted_ = elementwise_.onElement != nullptr;
    std::uint32_t before_ = 0;  ///< members before the one that is wanted
    bool isMember_ = false;
    bool streams_ = false;
    std::size_t elements_ = 0;
    std::size_t values_ = 0;
    std::vector<Open> open_;
    const char* stopped_ = nullptr;
    std::optional<std::size_t> stoppedAt_;
    bool isTooDeep_ = false;
};

namespace {

/// The library ends at a zero byte, but where a character of several bytes is cut off by it, reads
/// and writes up to two bytes on. Names and plain text are read eight bytes at a time.
constexpr std::size_t kPaddingBytes = 8;

/// Not kParseIterativeFlag: the builder bounds the depth, and recursion is faster. Nor
/// kParseValidateEncodingFlag: the whole text is validated before, many bytes at a time.
constexpr unsigned kFlags = rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag;
constexpr unsigned kFlagsWithComments =
    kFlags | rapidjson::kParseCommentsFlag | rapidjson::kParseTrailingCommasFlag;

/// Where the text no longer is what was sent, but a string's own characters.
struct Decoded {
    std::size_t begin, end;
};

/// The strings and names of a tape, in their order.
template <class Node>
std::vector<Decoded> stringsOf(const std::vector<Node>& nodes) {
    std::vector<Decoded> strings;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const auto& node = nodes[i];
        if (node.type() == Type::String)
            strings.push_back({node.start, std::size_t{node.start} + node.length()});
        if (node.type() == Type::Object) ++i;  // its names' bits
    }
    return strings;
}

/// "line 3, column 8" of a byte, counting bytes. Parsing in place decodes strings where they stand
/// and moves nothing that follows, so only line breaks that were decoded must not be counted.
std::string place(std::string_view text, std::size_t offset, const std::vector<Decoded>& strings) {
    offset = std::min(offset, text.size());
    std::size_t line = 1;
    std::size_t lineStart = 0;
    auto string = strings.begin();
    for (auto at = text.find('\n'); at < offset; at = text.find('\n', at + 1)) {
        while (string != strings.end() && string->end <= at) ++string;
        if (string != strings.end() && string->begin <= at) continue;
        ++line;
        lineStart = at + 1;
    }
    return "line " + std::to_string(line) + ", column " + std::to_string(offset - lineStart + 1);
}

constexpr std::size_t kEscapeLength = 6;  ///< "\\ud83d"

/// The code unit of the escape "\\u…" at this place; 0 where there is none.
unsigned escapedUnit(std::string_view text, std::size_t at) noexcept {
    unsigned unit = 0;
    const auto escape = text.substr(std::min(at, text.size()), kEscapeLength);
    if (escape.size() != kEscapeLength || !escape.starts_with("\\u")) return 0;
    const auto* const end = escape.data() + escape.size();
    const auto read = std::from_chars(escape.data() + 2, end, unit, 16);
    return read.ec == std::errc() && read.ptr == end ? unit : 0;
}

/// Puts U+FFFD in the place of each half of a surrogate pair. The length stays.
void mendHalfPairs(std::string& text) {
    if (text.find("\\ud") == std::string::npos && text.find("\\uD") == std::string::npos) return;
    const auto isIn = [](unsigned unit, unsigned first, unsigned last) {
        return unit >= first && unit <= last;
    };
    for (auto at = text.find('\\'); at != std::string::npos; at = text.find('\\', at)) {
        const auto unit = escapedUnit(text, at);
        if (unit == 0) {
            at += 2;
            continue;
        }
        if (isIn(unit, 0xD800, 0xDBFF) &&
            isIn(escapedUnit(text, at + kEscapeLength), 0xDC00, 0xDFFF))
            at += kEscapeLength;
        else if (isIn(unit, 0xD800, 0xDFFF))
            text.replace(at, kEscapeLength, "\\ufffd");
        at += kEscapeLength;
    }
}

}  // namespace

std::string TapeBuilder::placeOf(std::size_t offset, std::size_t size, const char* begun) const {
    // What was decoded in elements that were given is forgotten, so lines can no longer be told.
    if (elements_ > 0) return "byte " + std::to_string(offset + 1);
    auto strings = stringsOf(tape_.nodes);
    for (const auto& one : stringsOf(element_.nodes)) strings.push_back(one);
    if (begun != nullptr) {
        const auto start = static_cast<std::size_t>(begun - tape_.text);
        if (strings.empty() || strings.back().begin < start) strings.push_back({start, offset});
    }
    return place({tape_.text, size}, offset, strings);
}

Document Document::parse(std::string text, const Limits& limits) {
    return read(std::move(text), limits, {});
}

Document Document::parseElements(std::string text, std::string_view member,
                                 const std::function<void(const Value&)>& onElement,
                                 const Limits& limits,
                                 const std::function<bool(const Value&)>& begins) {
    return read(std::move(text), limits, {member, &onElement, &begins});
}

Document Document::read(std::string text, const Limits& limits, const Elementwise& elementwise) {
    if (text.size() > std::min<std::size_t>(limits.bytesMax, Node::kLengthMax))
        throw Error(ErrorKind::InvalidInput,
                    "the JSON text is larger than " + std::to_string(limits.bytesMax) + " bytes");
    if (text.find('\0') != std::string::npos)
        throw Error(ErrorKind::InvalidInput, "not JSON: it holds a zero byte");
    if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);  // RFC 8259, section 8.1: may ignore
    Document document;
    document.tape_ = std::make_unique<Tape>();
    auto& tape = *document.tape_;
    if (limits.halfPairs) mendHalfPairs(text);
    const auto size = text.size();
    text.append(kPaddingBytes, '\0');
    tape.owned = std::move(text);
    tape.text = tape.owned.data();
    tape.hasEscapes = tape.owned.find("\\u") != std::string::npos;
    if (elementwise.onElement == nullptr)
        tape.nodes.reserve(std::min(size / 12 + 1, limits.valuesMax));
    TapeStream stream(tape.owned.data());
    rapidjson::Reader reader;
    TapeBuilder builder(tape, limits, elementwise);
    const auto refuseAt = [&](std::size_t offset, const char* why) {
        throw Error(
            ErrorKind::InvalidInput,
            "not valid JSON at " + builder.placeOf(offset, size, stream.begun) + ": " + why);
    };
    if (const auto bad = findBadUtf8({tape.text, size}); bad != std::string_view::npos)
        refuseAt(bad, rapidjson::GetParseError_En(rapidjson::kParseErrorStringInvalidEncoding));
    if (limits.comments)
        reader.Parse<kFlagsWithComments>(stream, builder);
    else
        reader.Parse<kFlags>(stream, builder);
    if (!reader.HasParseError()) return document;
    const auto offset = reader.GetErrorOffset() - (builder.isTooDeep() ? 1 : 0);
    refuseAt(builder.stoppedAt().value_or(offset),
             builder.stopped() != nullptr
                 ? builder.stopped()
                 : rapidjson::GetParseError_En(reader.GetParseErrorCode()));
    return document;
}

}  // namespace fhir::json
