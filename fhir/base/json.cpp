#include "fhir/base/json.h"

#include <charconv>
#include <cstring>

#include "fhir/base/error.h"

namespace fhir::json {
namespace {

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

/// Whether the bytes at `text`, as many as `name` has, are `name`. Names of one length mostly
/// differ in their last letter, which is cheaper to ask than memcmp.
bool isSame(const char* text, std::string_view name) noexcept {
    return name.empty() || (text[name.size() - 1] == name.back() &&
                            std::memcmp(text, name.data(), name.size()) == 0);
}

[[noreturn]] void refuseType(const Value& value, Type wanted) {
    value.refuse(std::string("must be ") + nameOf(wanted) + ", not " + nameOf(value.type()));
}

}  // namespace

Value Document::root() const noexcept {
    return {tape_.get(), 0};
}

void Value::refuse(const std::string& why) const {
    throw Error(ErrorKind::InvalidInput, why, path());
}

std::optional<Value> Value::find(std::string_view name) const {
    if (!isObject()) refuseType(*this, Type::Object);
    const auto* const nodes = tape_->nodes.data();
    const auto* const text = tape_->text;
    if ((nodes[index_ + 1].nameBits() & Document::Node::nameBit(name)) == 0) return std::nullopt;
    const auto end = nodes[index_].start;
    for (auto at = index_ + 2; at < end;) {
        const auto key = nodes[at];
        const auto value = at + 1;
        if (key.length() == name.size() && isSame(text + key.start, name)) {
            if (nodes[value].type() == Type::Null) return std::nullopt;
            return Value(tape_, value);
        }
        at = nodes[value].holdsOthers() ? nodes[value].start : value + 1;
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
    if (tape_->hasEscapes && characters.find('\0') != std::string_view::npos)
        refuse("holds a zero character");
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
    return {Value(tape_, tape_->inside(index_)), Value(tape_, next())};
}

Members Value::object() const {
    if (!isObject()) refuseType(*this, Type::Object);
    return {Value(tape_, tape_->inside(index_)), Value(tape_, next())};
}

std::size_t Value::size() const noexcept {
    return node().holdsOthers() ? node().length() : 0;
}

std::string Value::path() const {
    auto result = tape_->place;
    std::uint32_t at = 0;
    while (at != index_) {
        const Value container(tape_, at);
        const bool object = container.isObject();
        std::size_t position = 0;
        for (auto child = tape_->inside(at);; ++position) {
            const auto value = object ? child + 1 : child;
            const auto next = tape_->next(value);
            if (index_ < next) {
                result += "/" + (object ? escapePointer(Value(tape_, child).nodeText())
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
    at_ = Value(at_.tape_, at_.next());
    return *this;
}

bool Elements::Iterator::operator!=(const Iterator& other) const noexcept {
    return at_.index_ != other.at_.index_;
}

Member Members::Iterator::operator*() const {
    return {name_.nodeText(), Value(name_.tape_, name_.index_ + 1)};
}

Members::Iterator& Members::Iterator::operator++() {
    name_ = Value(name_.tape_, name_.tape_->next(name_.index_ + 1));
    return *this;
}

bool Members::Iterator::operator!=(const Iterator& other) const noexcept {
    return name_.index_ != other.name_.index_;
}

}  // namespace fhir::json
