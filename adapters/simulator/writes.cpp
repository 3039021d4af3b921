#include "adapters/simulator/writes.h"

namespace adapters::simulator {
namespace {

using fhir::json::Value;

/// The first identifier: an array of them, or one alone as QuestionnaireResponse has it.
std::string identifierOf(const Value& body) {
    const auto member = body.find("identifier");
    if (!member) return {};
    auto identifier = *member;
    if (identifier.isArray()) {
        if (identifier.size() == 0) return {};
        identifier = *identifier.array().begin();
    }
    if (!identifier.isObject()) return {};
    return identifier.findString("system").value_or("") + "|" +
           identifier.findString("value").value_or("");
}

}  // namespace

Write& Writes::of(const std::string& type, const Value& body) {
    const auto identifier = identifierOf(body);
    auto& write = writes_[{type, identifier}];
    write.type = type;
    write.identifier = identifier;
    return write;
}

void Writes::created(const std::string& type, const Value& body, const std::string& where) {
    const std::lock_guard lock(mutex_);
    auto& write = of(type, body);
    ++write.created;
    write.where.push_back(where);
}

void Writes::updated(const std::string& type, const Value& body, const std::string& where) {
    const std::lock_guard lock(mutex_);
    auto& write = of(type, body);
    ++write.updated;
    write.where.push_back(where);
}

void Writes::removed(const std::string& type, const Value& body) {
    const std::lock_guard lock(mutex_);
    ++of(type, body).removed;
}

std::vector<Write> Writes::all() const {
    const std::lock_guard lock(mutex_);
    std::vector<Write> result;
    for (const auto& [key, write] : writes_) result.push_back(write);
    return result;
}

std::string Writes::toJson() const {
    const auto writes = all();
    std::size_t total = 0;
    for (const auto& write : writes) total += write.created;
    fhir::json::Writer writer;
    writer.beginObject().member("total", static_cast<std::int64_t>(total));
    writer.key("writes").beginArray();
    for (const auto& write : writes) {
        writer.beginObject().member("type", write.type).member("identifier", write.identifier);
        writer.member("created", static_cast<std::int64_t>(write.created));
        writer.member("updated", static_cast<std::int64_t>(write.updated));
        writer.member("removed", static_cast<std::int64_t>(write.removed));
        writer.key("where").beginArray();
        for (const auto& where : write.where) writer.string(where);
        writer.endArray().endObject();
    }
    return writer.endArray().endObject().take();
}

}  // namespace adapters::simulator
