#include "fhir/base/json.h"

// Its asserts must never be reached; where one is, an exception is better than a core dump.
#include <stdexcept>
#define RAPIDJSON_ASSERT(condition) \
    ((condition) ? void(0) : throw std::logic_error("JSON library used wrongly"))
#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "fhir/base/error.h"

namespace fhir::json {
namespace {

/// The text that is parsed, which remembers where the string began that is being decoded in it.
struct TapeStream : rapidjson::InsituStringStream {
    using GenericInsituStringStream::GenericInsituStringStream;
    char* PutBegin() {
        begun = src_;
        return GenericInsituStringStream::PutBegin();
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

namespace fhir::json {

/// Takes the reader's events and lays them on the tape.
class TapeBuilder {
public:
    using Ch = char;
    TapeBuilder(Document& document, const Limits& limits)
        : text_(*document.text_), nodes_(*document.nodes_), limits_(limits) {}

    bool Null() { return leaf(Type::Null, nullptr, 0); }
    bool Bool(bool value) { return leaf(value ? Type::True : Type::False, nullptr, 0); }
    bool RawNumber(const char* digits, rapidjson::SizeType length, bool) {
        return leaf(Type::Number, digits, length);
    }
    bool String(const char* text, rapidjson::SizeType length, bool) {
        return leaf(Type::String, text, length);
    }
    bool Key(const char* text, rapidjson::SizeType length, bool) {
        return push(Type::String, text, length);
    }
    bool StartObject() { return open(Type::Object); }
    bool EndObject(rapidjson::SizeType count) { return close(count); }
    bool StartArray() { return open(Type::Array); }
    bool EndArray(rapidjson::SizeType count) { return close(count); }
    // Numbers arrive as text; the reader never calls these.
    bool Int(int) { return false; }
    bool Uint(unsigned) { return false; }
    bool Int64(std::int64_t) { return false; }
    bool Uint64(std::uint64_t) { return false; }
    bool Double(double) { return false; }

    const char* stopped() const noexcept { return stopped_; }

private:
    bool leaf(Type type, const char* text, std::size_t length) { return push(type, text, length); }

    bool push(Type type, const char* text, std::size_t length) {
        if (nodes_.size() >= limits_.valuesMax) {
            stopped_ = "it holds more values than allowed";
            return false;
        }
        const auto offset = text == nullptr ? 0 : text - text_.data();
        nodes_.push_back({static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(length),
                          static_cast<std::uint32_t>(nodes_.size() + 1), type});
        return true;
    }

    bool open(Type type) {
        if (open_.size() >= limits_.depthMax) {
            stopped_ = "it is nested deeper than allowed";
            return false;
        }
        open_.push_back(static_cast<std::uint32_t>(nodes_.size()));
        return push(type, nullptr, 0);
    }

    bool close(std::size_t count) {
        auto& node = nodes_[open_.back()];
        open_.pop_back();
        node.length = static_cast<std::uint32_t>(count);
        node.next = static_cast<std::uint32_t>(nodes_.size());
        return true;
    }

    std::string& text_;
    std::vector<Document::Node>& nodes_;
    const Limits& limits_;
    std::vector<std::uint32_t> open_;
    const char* stopped_ = nullptr;
};

namespace {

/// The library ends at a zero byte, but where a character of several bytes is cut off by it, reads
/// and writes up to two bytes on.
constexpr std::size_t kPaddingBytes = 4;

constexpr unsigned kFlags = rapidjson::kParseInsituFlag | rapidjson::kParseIterativeFlag |
                            rapidjson::kParseNumbersAsStringsFlag |
                            rapidjson::kParseValidateEncodingFlag;
constexpr unsigned kFlagsWithComments =
    kFlags | rapidjson::kParseCommentsFlag | rapidjson::kParseTrailingCommasFlag;

/// Where the text no longer is what was sent, but a string's own characters.
struct Decoded {
    std::size_t begin, end;
};

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

std::string escapePointer(std::string_view name) {
    std::string result;
    for (const char c : name) {
        if (c == '~')
            result += "~0";
        else if (c == '/')
            result += "~1";
        else
            result += c;
    }
    return result;
}

/// Where a lone low surrogate was decoded, which the library lets pass: the bytes ED A0..BF, which
/// UTF-8 has no use for (RFC 3629, section 3). npos where there is none.
std::size_t findHalfSurrogate(std::string_view text) noexcept {
    for (auto at = text.find('\xED'); at != std::string_view::npos; at = text.find('\xED', at + 1))
        if (at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) >= 0xA0 &&
            static_cast<unsigned char>(text[at + 1]) <= 0xBF)
            return at;
    return std::string_view::npos;
}

const char* nameOf(Type type) noexcept {
    switch (type) {
        case Type::Null:
            return "null";
        case Type::False:
        case Type::True:
            return "true or false";
        case Type::Number:
            return "a number";
        case Type::String:
            return "text";
        case Type::Array:
            return "a list";
        case Type::Object:
            return "an object";
    }
    return "";
}

[[noreturn]] void refuseType(const Value& value, Type wanted) {
    value.refuse(std::string("must be ") + nameOf(wanted) + ", not " + nameOf(value.type()));
}

}  // namespace

Document Document::parse(std::string text, const Limits& limits) {
    if (text.size() >
        std::min<std::size_t>(limits.bytesMax, std::numeric_limits<std::uint32_t>::max() - 1))
        throw Error(ErrorKind::InvalidInput,
                    "the JSON text is larger than " + std::to_string(limits.bytesMax) + " bytes");
    if (text.find('\0') != std::string::npos)
        throw Error(ErrorKind::InvalidInput, "not JSON: it holds a zero byte");
    if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);  // RFC 8259, section 8.1: may ignore
    Document document;
    const auto size = text.size();
    text.append(kPaddingBytes, '\0');
    document.text_ = std::make_unique<std::string>(std::move(text));
    document.nodes_ = std::make_unique<std::vector<Node>>();
    document.nodes_->reserve(std::min(document.text_->size() / 12 + 1, limits.valuesMax));
    TapeStream stream(document.text_->data());
    rapidjson::Reader reader;
    TapeBuilder builder(document, limits);
    const auto refuseAt = [&](std::size_t offset, const char* why) {
        std::vector<Decoded> strings;
        for (const auto& node : *document.nodes_)
            if (node.type == Type::String)
                strings.push_back({node.offset, std::size_t{node.offset} + node.length});
        if (stream.begun != nullptr) {
            const auto begun = static_cast<std::size_t>(stream.begun - document.text_->data());
            if (strings.empty() || strings.back().begin < begun) strings.push_back({begun, offset});
        }
        throw Error(ErrorKind::InvalidInput,
                    "not valid JSON at " + place({document.text_->data(), size}, offset, strings) +
                        ": " + why);
    };
    if (limits.comments)
        reader.Parse<kFlagsWithComments>(stream, builder);
    else
        reader.Parse<kFlags>(stream, builder);
    if (reader.HasParseError())
        refuseAt(reader.GetErrorOffset(),
                 builder.stopped() != nullptr
                     ? builder.stopped()
                     : rapidjson::GetParseError_En(reader.GetParseErrorCode()));
    if (const auto half = findHalfSurrogate(*document.text_); half != std::string::npos)
        refuseAt(half, "half of a surrogate pair stands alone in a text");
    return document;
}

Value Document::root() const noexcept {
    return {text_.get(), nodes_.get(), 0};
}

Type Value::type() const noexcept {
    return node().type;
}

void Value::refuse(const std::string& why) const {
    throw Error(ErrorKind::InvalidInput, why, path());
}

std::optional<Value> Value::find(std::string_view name) const {
    if (!isObject()) refuseType(*this, Type::Object);
    const auto end = node().next;
    for (auto at = index_ + 1; at < end;) {
        const Value key(text_, nodes_, at);
        const Value value(text_, nodes_, at + 1);
        if (key.nodeText() == name) {
            if (value.isNull()) return std::nullopt;
            return value;
        }
        at = value.node().next;
    }
    return std::nullopt;
}

Value Value::at(std::string_view name) const {
    if (const auto value = find(name)) return *value;
    throw Error(ErrorKind::InvalidInput, "is missing", path() + "/" + escapePointer(name));
}

std::optional<std::string> Value::findString(std::string_view name) const {
    if (const auto value = find(name)) return value->string();
    return std::nullopt;
}

std::optional<bool> Value::findBoolean(std::string_view name) const {
    if (const auto value = find(name)) return value->boolean();
    return std::nullopt;
}

std::optional<std::int64_t> Value::findInteger(std::string_view name) const {
    if (const auto value = find(name)) return value->integer();
    return std::nullopt;
}

Elements Value::findArray(std::string_view name) const {
    if (const auto value = find(name)) return value->array();
    return {*this, *this};
}

std::string_view Value::text() const {
    if (type() != Type::String) refuseType(*this, Type::String);
    const auto characters = nodeText();
    // FHIR forbids it (R4, datatypes: string), and databases and C functions would cut there.
    if (characters.find('\0') != std::string_view::npos) refuse("holds a zero character");
    return characters;
}

bool Value::boolean() const {
    if (type() == Type::True) return true;
    if (type() == Type::False) return false;
    refuseType(*this, Type::True);
}

std::string_view Value::number() const {
    if (type() != Type::Number) refuseType(*this, Type::Number);
    return nodeText();
}

std::int64_t Value::integer() const {
    const auto digits = number();
    std::int64_t value = 0;
    const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (fault != std::errc() || end != digits.data() + digits.size())
        refuse("must be a whole number");
    return value;
}

Elements Value::array() const {
    if (!isArray()) refuseType(*this, Type::Array);
    return {Value(text_, nodes_, index_ + 1), Value(text_, nodes_, node().next)};
}

Members Value::object() const {
    if (!isObject()) refuseType(*this, Type::Object);
    return {Value(text_, nodes_, index_ + 1), Value(text_, nodes_, node().next)};
}

std::size_t Value::size() const noexcept {
    return isObject() || isArray() ? node().length : 0;
}

std::string Value::path() const {
    std::string result;
    std::uint32_t at = 0;
    while (at != index_) {
        const Value container(text_, nodes_, at);
        const bool object = container.isObject();
        std::size_t position = 0;
        for (auto child = at + 1;; ++position) {
            const auto value = object ? child + 1 : child;
            const auto next = (*nodes_)[value].next;
            if (index_ < next) {
                result += "/" + (object ? escapePointer(Value(text_, nodes_, child).nodeText())
                                        : std::to_string(position));
                at = value;
                break;
            }
            child = next;
        }
    }
    return result;
}

std::string Value::toJson() const {
    Writer writer;
    writer.value(*this);
    return writer.take();
}

Elements::Iterator& Elements::Iterator::operator++() {
    at_ = Value(at_.text_, at_.nodes_, at_.node().next);
    return *this;
}

bool Elements::Iterator::operator!=(const Iterator& other) const noexcept {
    return at_.index_ != other.at_.index_;
}

Member Members::Iterator::operator*() const {
    return {name_.nodeText(), Value(name_.text_, name_.nodes_, name_.index_ + 1)};
}

Members::Iterator& Members::Iterator::operator++() {
    const Value value(name_.text_, name_.nodes_, name_.index_ + 1);
    name_ = Value(name_.text_, name_.nodes_, value.node().next);
    return *this;
}

bool Members::Iterator::operator!=(const Iterator& other) const noexcept {
    return name_.index_ != other.name_.index_;
}

}  // namespace fhir::json
