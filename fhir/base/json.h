#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

/// Checked JSON (RFC 8259). Only json*.cpp includes the library underneath; nothing that a peer
/// sends can make it assert, recurse or allocate without limit.
namespace fhir::json {

/// Limits of a document. The defaults are for everything that comes from outside.
struct Limits {
    std::size_t bytesMax = 64 * 1024 * 1024;
    std::size_t depthMax = 64;          ///< arrays and objects inside each other; 512 at most
    std::size_t valuesMax = 4'000'000;  ///< each value and each member name counts as one
    std::size_t stringBytesMax = 16 * 1024 * 1024;  ///< of one text, name or number
    /// Reads half of a surrogate pair as U+FFFD, for one broken character must not take what stands
    /// around it (RFC 8259, section 8.2 leaves it open). False: it is not valid JSON.
    bool halfPairs = true;
    bool comments = false;  ///< allows `//`, `/* */` and a trailing comma: configuration files only
};

enum class Type : std::uint8_t { Null, False, True, Number, String, Array, Object };

class Value;
class Elements;
class Members;

/// The name of a member to look up. Its bits for a fast comparison are computed beforehand (by the
/// compiler for a literal): most of the names looked up in a resource are absent.
class Name {
public:
    // Implicit, so that a name can be written as text. A Name must not outlive its text.
    template <std::size_t Size>
    consteval Name(const char (&literal)[Size]) noexcept
        : Name(std::string_view(literal, Size - 1)) {}
    template <std::convertible_to<std::string_view> Text>
    requires(!std::is_array_v<Text>) constexpr Name(const Text& text) noexcept
        : text_(text), bit_(bitOf(text_)) {
        Bytes first{};
        Bytes used{};
        for (std::size_t i = 0; i < first.size() && i < text_.size(); ++i) {
            first[i] = text_[i];
            used[i] = '\xFF';
        }
        first_ = std::bit_cast<std::uint64_t>(first);
        used_ = std::bit_cast<std::uint64_t>(used);
    }

    std::string_view text() const noexcept { return text_; }

private:
    friend class Value;
    friend class TapeBuilder;
    using Bytes = std::array<char, sizeof(std::uint64_t)>;

    /// One of 64 bits. An object whose names do not have this bit has no member of this name.
    static constexpr std::uint64_t bitOf(std::string_view name) noexcept {
        if (name.empty()) return 1;
        const auto mixed = name.size() * 5 + static_cast<unsigned char>(name.front()) +
                           std::size_t{11} * static_cast<unsigned char>(name.back());
        return std::uint64_t{1} << (mixed % 64);
    }

    /// Whether `text` holds this name. `text` is as long as the name; 8 bytes can always be read.
    bool isAt(const char* text) const noexcept {
        std::uint64_t first = 0;
        std::memcpy(&first, text, sizeof first);
        return (first & used_) == first_ &&
               (text_.size() <= sizeof first ||
                std::memcmp(text + sizeof first, text_.data() + sizeof first,
                            text_.size() - sizeof first) == 0);
    }

    std::string_view text_;
    std::uint64_t bit_;
    std::uint64_t first_ = 0, used_ = 0;  ///< the first bytes, and a mask of those used
};

/// A parsed text. Owns every byte that its values point to; they must not outlive it.
///
/// A flat tape in document order, 8 bytes per value, instead of a tree: one growing allocation. A
/// value is an index, from which its path can be computed for an error. Strings are decoded in
/// place, in the text itself.
class Document {
public:
    /// Throws Error{InvalidInput} with the place of the fault (line and column, counted in bytes),
    /// never the text. A byte order mark at the start is skipped; numbers must fit the range of a
    /// double.
    static Document parse(std::string text, const Limits& limits = {});

    /// Reads an object whose array `member` is long: `onElement` gets each element as soon as it is
    /// complete, valid during the call only; then the element is dropped, so that memory is not
    /// needed for all. Returns the rest, with that array empty. Throws as `parse` does, also after
    /// elements were given: these belonged to a text that is not JSON. Exceptions of `onElement`
    /// and `begins` pass through.
    ///
    /// `begins`, if given, is called when the array begins, with an object of the members before
    /// it. If it returns false, the array stays in the document like any other.
    static Document parseElements(std::string text, std::string_view member,
                                  const std::function<void(const Value&)>& onElement,
                                  const Limits& limits = {},
                                  const std::function<bool(const Value&)>& begins = {});

    Document(Document&&) noexcept = default;
    Document& operator=(Document&&) noexcept = default;
    Value root() const noexcept;

private:
    friend class Value;
    friend class Elements;
    friend class Members;
    friend class TapeBuilder;
    /// A value. For an array or object, `start` is the index of the node after its content, and the
    /// length is the number of children; for a string or number they are the position and bytes of
    /// its text. After an object's node, one more node holds the 64 bits of its members' names:
    /// most FHIR elements are absent, and these bits show it without a look at the members.
    struct Node {
        std::uint32_t start;
        std::uint32_t typeAndLength;

        static constexpr unsigned kLengthBits = 29;
        static constexpr std::uint32_t kLengthMax = (1U << kLengthBits) - 1;
        Node(Type type, std::uint32_t begin, std::uint32_t length) noexcept
            : start(begin),
              typeAndLength(static_cast<std::uint32_t>(type) << kLengthBits | length) {}
        Type type() const noexcept { return static_cast<Type>(typeAndLength >> kLengthBits); }
        std::uint32_t length() const noexcept { return typeAndLength & kLengthMax; }
        bool holdsOthers() const noexcept { return type() >= Type::Array; }

        explicit Node(std::uint64_t nameBits) noexcept
            : start(static_cast<std::uint32_t>(nameBits >> 32U)),
              typeAndLength(static_cast<std::uint32_t>(nameBits)) {}
        std::uint64_t nameBits() const noexcept {
            return std::uint64_t{start} << 32U | typeAndLength;
        }
    };
    struct Tape {
        std::string owned;           ///< "" if `text` belongs to another tape
        const char* text = nullptr;  ///< decoded in place
        std::vector<Node> nodes;
        bool hasEscapes = false;  ///< "\\u…": whether a string may hold U+0000
        std::string place;        ///< JSON pointer of the root

        /// The index of the first value or member inside an array or object.
        std::uint32_t inside(std::uint32_t index) const noexcept {
            return nodes[index].type() == Type::Object ? index + 2 : index + 1;
        }
        std::uint32_t next(std::uint32_t index) const noexcept {
            return nodes[index].holdsOthers() ? nodes[index].start : index + 1;
        }
    };
    Document() = default;
    struct Elementwise;
    static Document read(std::string text, const Limits& limits, const Elementwise& elementwise);

    // On the heap, so that moving a document leaves its values valid.
    std::unique_ptr<Tape> tape_;
};

/// A value in a document: a view, cheap to copy. Every access checks the type and throws
/// Error{InvalidInput} with the JSON pointer of the value.
class Value {
public:
    Type type() const noexcept { return node().type(); }
    bool isObject() const noexcept { return type() == Type::Object; }
    bool isArray() const noexcept { return type() == Type::Array; }
    bool isString() const noexcept { return type() == Type::String; }
    bool isNull() const noexcept { return type() == Type::Null; }

    /// The member of that name; throws if it is absent or null, or if this is no object. If several
    /// have the same name, the first one counts, even if it is null (RFC 8259, section 4 leaves it
    /// open).
    Value at(const Name& name) const;
    /// nullopt if it is absent or null; throws if this is no object.
    std::optional<Value> find(const Name& name) const {
        if (mayHave(name)) return findAmong(name);
        return std::nullopt;
    }
    std::optional<std::string> findString(const Name& name) const;
    std::optional<bool> findBoolean(const Name& name) const;
    std::optional<std::int64_t> findInteger(const Name& name) const;
    /// The elements of the array of that name; none if it is absent.
    Elements findArray(const Name& name) const;

    std::string string() const { return std::string(text()); }
    /// A string's characters, without a copy. Throws if one of them is U+0000.
    std::string_view text() const {
        if (!isString() || tape_->hasEscapes) checkText();
        return nodeText();
    }
    bool boolean() const;
    std::int64_t integer() const;     ///< throws on a fraction, an exponent or more than 64 bits
    std::string_view number() const;  ///< the digits as sent; FHIR decimals keep their precision
    Elements array() const;
    Members object() const;
    std::size_t size() const noexcept;  ///< number of children of an array or object, else 0

    /// JSON pointer (RFC 6901) from the root. Walks the document: for errors, not for loops.
    std::string path() const;
    /// This value as compact JSON text.
    std::string toJson() const;
    /// An Error{InvalidInput} about this value.
    [[noreturn]] void refuse(const std::string& why) const;

private:
    friend class Document;
    friend class Elements;
    friend class Members;
    friend class TapeBuilder;
    Value(const Document::Tape* tape, std::uint32_t index) : tape_(tape), index_(index) {}
    /// False if this object has no such member; throws if this is no object.
    bool mayHave(const Name& name) const {
        if (!isObject()) refuseType(Type::Object);
        return (tape_->nodes[index_ + 1].nameBits() & name.bit_) != 0;
    }
    std::optional<Value> findAmong(const Name& name) const;
    void checkText() const;
    [[noreturn]] void refuseType(Type wanted) const;

    const Document::Node& node() const noexcept { return tape_->nodes[index_]; }
    std::uint32_t next() const noexcept { return tape_->next(index_); }
    std::string_view nodeText() const noexcept {
        return {tape_->text + node().start, node().length()};
    }

    const Document::Tape* tape_;
    std::uint32_t index_;
};

/// The elements of an array, for a range-for.
class Elements {
public:
    class Iterator {
    public:
        Value operator*() const { return at_; }
        Iterator& operator++() noexcept {
            at_.index_ = at_.next();
            return *this;
        }
        bool operator!=(const Iterator& other) const noexcept {
            return at_.index_ != other.at_.index_;
        }

    private:
        friend class Elements;
        explicit Iterator(Value at) : at_(at) {}
        Value at_;
    };
    Iterator begin() const { return Iterator(first_); }
    Iterator end() const { return Iterator(last_); }
    bool empty() const { return !(begin() != end()); }

private:
    friend class Value;
    Elements(Value first, Value last) : first_(first), last_(last) {}
    Value first_, last_;
};

/// One member of an object.
struct Member {
    std::string_view name;
    Value value;
};

/// The members of an object in their order, for a range-for.
class Members {
public:
    class Iterator {
    public:
        Member operator*() const;
        Iterator& operator++();
        bool operator!=(const Iterator& other) const noexcept;

    private:
        friend class Members;
        explicit Iterator(Value name) : name_(name) {}
        Value name_;
    };
    Iterator begin() const { return Iterator(first_); }
    Iterator end() const { return Iterator(last_); }

private:
    friend class Value;
    Members(Value first, Value last) : first_(first), last_(last) {}
    Value first_, last_;
};

/// Writes JSON text. FHIR and CDS Hooks forbid empty strings, empty arrays and nulls, so `member`
/// with an absent or empty text writes nothing.
class Writer {
public:
    Writer();
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    Writer& beginObject();
    Writer& endObject();
    Writer& beginArray();
    Writer& endArray();
    Writer& key(std::string_view name);
    /// `key` and `string` throw Error{InvalidInput} if the text is not UTF-8.
    Writer& string(std::string_view text);
    Writer& boolean(bool value);
    Writer& integer(std::int64_t value);
    Writer& null();
    /// Writes a value that is already JSON (parsed elsewhere, or made by a Writer).
    Writer& raw(std::string_view json);
    Writer& value(const Value& value);

    Writer& member(std::string_view name, std::string_view text);
    Writer& member(std::string_view name, const char* text) {
        return member(name, std::string_view(text));
    }
    Writer& member(std::string_view name, const std::string& text) {
        return member(name, std::string_view(text));
    }
    Writer& member(std::string_view name, const std::optional<std::string>& text);
    Writer& member(std::string_view name, bool value) { return key(name).boolean(value); }
    Writer& member(std::string_view name, std::int64_t value) { return key(name).integer(value); }

    /// Returns the text; the writer is then empty. Throws std::logic_error if an object or array is
    /// still open. Any other call in the wrong order throws it too.
    std::string take();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace fhir::json
