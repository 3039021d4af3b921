#include <stdexcept>
#define RAPIDJSON_ASSERT(condition) \
    ((condition) ? void(0) : throw std::logic_error("JSON library used wrongly"))
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "fhir/base/error.h"
#include "fhir/base/json.h"

namespace fhir::json {

struct Writer::State {
    using Output =
        rapidjson::Writer<rapidjson::StringBuffer, rapidjson::UTF8<>, rapidjson::UTF8<>,
                          rapidjson::CrtAllocator, rapidjson::kWriteValidateEncodingFlag>;
    rapidjson::StringBuffer buffer;
    Output output{buffer};
};

Writer::Writer() : state_(std::make_unique<State>()) {}
Writer::~Writer() = default;

Writer& Writer::beginObject() {
    state_->output.StartObject();
    return *this;
}
Writer& Writer::endObject() {
    state_->output.EndObject();
    return *this;
}
Writer& Writer::beginArray() {
    state_->output.StartArray();
    return *this;
}
Writer& Writer::endArray() {
    state_->output.EndArray();
    return *this;
}
Writer& Writer::key(std::string_view name) {
    const char* start = name.data() == nullptr ? "" : name.data();
    if (!state_->output.Key(start, static_cast<rapidjson::SizeType>(name.size())))
        throw Error(ErrorKind::InvalidInput, "a member's name is not valid UTF-8");
    return *this;
}
Writer& Writer::string(std::string_view text) {
    const char* start = text.data() == nullptr ? "" : text.data();
    if (!state_->output.String(start, static_cast<rapidjson::SizeType>(text.size())))
        throw Error(ErrorKind::InvalidInput, "the text is not valid UTF-8");
    return *this;
}
Writer& Writer::boolean(bool value) {
    state_->output.Bool(value);
    return *this;
}
Writer& Writer::integer(std::int64_t value) {
    state_->output.Int64(value);
    return *this;
}
Writer& Writer::null() {
    state_->output.Null();
    return *this;
}
Writer& Writer::raw(std::string_view json) {
    if (json.empty()) throw std::logic_error("nothing is no JSON value");
    state_->output.RawValue(json.data(), json.size(), rapidjson::kObjectType);
    return *this;
}

Writer& Writer::value(const Value& value) {
    switch (value.type()) {
        case Type::Null:
            return null();
        case Type::False:
            return boolean(false);
        case Type::True:
            return boolean(true);
        case Type::Number:
            return raw(value.number());
        case Type::String:
            return string(value.text());
        case Type::Array:
            beginArray();
            // Recursion is bounded: a document is never deeper than Limits::depthMax.
            for (const auto element : value.array()) this->value(element);
            return endArray();
        case Type::Object:
            beginObject();
            for (const auto [name, inner] : value.object()) key(name).value(inner);
            return endObject();
    }
    return *this;
}

Writer& Writer::member(std::string_view name, std::string_view text) {
    return text.empty() ? *this : key(name).string(text);
}

Writer& Writer::member(std::string_view name, const std::optional<std::string>& text) {
    return text ? member(name, std::string_view(*text)) : *this;
}

std::string Writer::take() {
    if (state_->buffer.GetSize() != 0 && !state_->output.IsComplete())
        throw std::logic_error("JSON taken before it was complete");
    std::string text(state_->buffer.GetString(), state_->buffer.GetSize());
    state_ = std::make_unique<State>();
    return text;
}

}  // namespace fhir::json
