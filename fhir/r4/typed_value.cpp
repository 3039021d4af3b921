#include "fhir/r4/typed_value.h"

#include <algorithm>
#include <array>

namespace fhir {

namespace {

using Read = decltype(TypedValue::value) (*)(const json::Value& json, json::Wanted& wanted);

template <class T>
decltype(TypedValue::value) readAs(const json::Value& json, json::Wanted& wanted) {
    return T::fromJson(json, wanted);
}

decltype(TypedValue::value) readText(const json::Value& json, json::Wanted&) {
    return json.string();
}

decltype(TypedValue::value) readInteger(const json::Value& json, json::Wanted&) {
    return json.integer();
}

decltype(TypedValue::value) readBoolean(const json::Value& json, json::Wanted&) {
    return json.boolean();
}

struct Row {
    std::string_view type;
    Read read;
    std::size_t index;  ///< in the variant
};

constexpr std::array<Row, 27> kValueTypes{{
    {"String", readText, 0},
    {"Code", readText, 0},
    {"Uri", readText, 0},
    {"Url", readText, 0},
    {"Canonical", readText, 0},
    {"Id", readText, 0},
    {"Oid", readText, 0},
    {"Uuid", readText, 0},
    {"Markdown", readText, 0},
    {"Base64Binary", readText, 0},
    {"Time", readText, 0},
    {"Boolean", readBoolean, 1},
    {"Integer", readInteger, 2},
    {"PositiveInt", readInteger, 2},
    {"UnsignedInt", readInteger, 2},
    {"Decimal", readAs<Decimal>, 3},
    {"Date", readAs<DateTime>, 4},
    {"DateTime", readAs<DateTime>, 4},
    {"Instant", readAs<DateTime>, 4},
    {"Coding", readAs<Coding>, 5},
    {"CodeableConcept", readAs<CodeableConcept>, 6},
    {"Quantity", readAs<Quantity>, 7},
    {"Reference", readAs<Reference>, 8},
    {"Attachment", readAs<Attachment>, 9},
    {"Period", readAs<Period>, 10},
    {"Identifier", readAs<Identifier>, 11},
    {"Age", readAs<Quantity>, 7},
}};

const Row* findRow(std::string_view type) noexcept {
    const auto* found = std::find_if(kValueTypes.begin(), kValueTypes.end(),
                                     [&](const Row& row) { return row.type == type; });
    return found == kValueTypes.end() ? nullptr : found;
}

struct Put {
    json::Writer& writer;
    void operator()(const std::string& text) const { writer.string(text); }
    void operator()(bool value) const { writer.boolean(value); }
    void operator()(std::int64_t value) const { writer.integer(value); }
    void operator()(const DateTime& moment) const { writer.string(moment.text()); }
    template <class T>
    void operator()(const T& element) const {
        element.toJson(writer);
    }
};

}  // namespace

std::optional<TypedValue> TypedValue::find(const json::Value& json, std::string_view name,
                                           json::Wanted& wanted) {
    std::optional<TypedValue> found;
    for (const auto [member, value] : json.object()) {
        if (!member.starts_with(name) || value.isNull()) continue;
        const auto* row = findRow(member.substr(name.size()));
        if (row == nullptr) continue;
        if (found) value.refuse("is the second value of an element that may have one");
        found = TypedValue{std::string(row->type), row->read(value, wanted)};
    }
    return found;
}

void TypedValue::write(json::Writer& writer, std::string_view name) const {
    const auto* row = findRow(type);
    const auto member = std::string(name) + type;
    if (row == nullptr || row->index != value.index())
        throw Error(ErrorKind::InvalidInput, "is of a type that its name does not say",
                    "/" + member);
    if (text() != nullptr && text()->empty()) return;  // FHIR has no empty strings
    json::Writer element;
    std::visit(Put{element}, value);
    const auto json = element.take();
    if (json != kEmptyElement) writer.key(member).raw(json);
}

}  // namespace fhir
