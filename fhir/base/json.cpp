#include "fhir/base/json.h"

#include <charconv>

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

}  // namespace

Value Document::root() const noexcept {
    return {tape_.get(), 0};
}

void Value::refuse(const std::string& why) const {
    throw Error(ErrorKind::InvalidInput, why, path());
}

void Value::refuseType(Type wanted) const {
    refuse(std::string("must be ") + nameOf(wanted) + ", not " + nameOf(type()));
}

std::optional<Value> Value::findAmong(const Name& name) const {
    const auto* const nodes = tape_->nodes.data();
    const auto* const text = tape_->text;
    const auto size = name.text_.size();
    const auto end = nodes[index_].start;
    for (auto at = index_ + 2; at < end;) {
        const auto key = nodes[at];
        const auto value = at + 1;
        if (key.length() == size && name.isAt(text + key.start)) {
            if (nodes[value].type() == Type::Null) return std::nullopt;
            return Value(tape_, value);
        }
        at = nodes[value].holdsOthers() ? nodes[value].start : value + 1;
    }
    return std::nullopt;
}

Value Value::at(const Name& name) const {
    if (const auto value = find(name)) return *value;
    throw Error(ErrorKind::InvalidInput, "is missing", path() + "/" + escapePointer(name.text()));
}

std::optional<std::string> Value::findString(const Name& name) const {
    if (const auto value = find(name))
        return std::optional<std::string>(std::in_place, value->text());
    return std::nullopt;
}

std::optional<bool> Value::findBoolean(const Name& name) const {
    if (const auto value = find(name)) return value->boolean();
    return std::nullopt;
}

std::optional<std::int64_t> Value::findInteger(const Name& name) const {
    if (const auto value = find(name)) return value->integer();
    return std::nullopt;
}

Elements Value::findArray(const Name& name) const {
    if (const auto value = find(name)) return value->array();
    return {*this, *this};
}

void Value::checkText() const {
    if (!isString()) refuseType(Type::String);
    // FHIR forbids it (R4, datatypes: string), and databases and C functions would cut there.
    if (nodeText().find('\0') != std::string_view::npos) refuse("holds a zero character");
}

bool Value::boolean() const {
    if (type() == Type::True) return true;
    if (type() == Type::False) return false;
    refuseType(Type::True);
}

std::string_view Value::number() const {
    if (type() != Type::Number) refuseType(Type::Number);
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
    if (!isArray()) refuseType(Type::Array);
    return {Value(tape_, tape_->inside(index_)), Value(tape_, next())};
}

Members Value::object() const {
    if (!isObject()) refuseType(Type::Object);
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
