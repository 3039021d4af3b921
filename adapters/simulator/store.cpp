#include "adapters/simulator/store.h"

#include <algorithm>

#include "adapters/simulator/rewrite.h"
#include "fhir/base/error.h"
#include "fhir/r4/datatypes.h"

namespace adapters::simulator {
namespace {

using fhir::json::Value;

/// The resource as this server keeps it: its own id, version and time, the rest as it was sent.
std::string normalised(const Value& body, const std::string& id, const std::string& version,
                       fhir::Instant updated) {
    fhir::json::Writer writer;
    writer.beginObject().key("resourceType").value(body.at("resourceType")).member("id", id);
    writer.key("meta").beginObject();
    writer.member("versionId", version).member("lastUpdated", fhir::toFhirInstant(updated));
    if (const auto meta = body.find("meta"))
        for (const auto [name, value] : meta->object())
            if (name != "versionId" && name != "lastUpdated") writer.key(name).value(value);
    writer.endObject();
    for (const auto [name, value] : body.object())
        if (name != "resourceType" && name != "id" && name != "meta") writer.key(name).value(value);
    return writer.endObject().take();
}

/// Reads the values of one parameter out of one resource.
class Indexer {
public:
    Indexer(const Parameter& parameter, const std::string& base, std::vector<IndexValue>& index)
        : parameter_(parameter), base_(base), index_(index) {}

    void walk(const Value& value, std::string_view path) {
        if (value.isArray()) {
            for (const auto element : value.array()) walk(element, path);
        } else if (path.empty()) {
            add(value);
        } else if (value.isObject()) {
            const auto dot = path.find('.');
            const auto rest = dot == std::string_view::npos ? "" : path.substr(dot + 1);
            if (const auto inner = value.find(path.substr(0, dot))) walk(*inner, rest);
        }
    }

private:
    void add(const Value& value) {
        switch (parameter_.kind) {
            case Kind::Token:
                return addToken(value);
            case Kind::Reference:
                return addReference(value);
            case Kind::Date:
                return addDate(value);
            case Kind::String:
                return addWords(value);
        }
    }

    /// A code, a Coding, a CodeableConcept or an Identifier.
    void addToken(const Value& value) {
        if (value.isString()) return push("", value.string());
        if (!value.isObject()) return;
        for (const auto coding : value.findArray("coding")) addToken(coding);
        const auto system = value.findString("system").value_or("");
        if (const auto code = value.findString("code")) push(system, *code);
        if (const auto text = value.findString("value")) push(system, *text);
    }

    void addReference(const Value& value) {
        if (!value.isObject()) return;
        const auto own = ownReference(value.findString("reference").value_or(""), base_);
        if (!own.empty()) push("", own);
    }

    /// A moment, or a Period; an open end reaches as far as time does here.
    void addDate(const Value& value) {
        if (value.isObject()) {
            const auto moment = [&](const char* name) {
                return fhir::DateTime::tryParse(value.findString(name).value_or(""));
            };
            const auto start = moment("start");
            const auto end = moment("end");
            index_.push_back({&parameter_, "", "", start ? start->earliest() : fhir::Instant::min(),
                              end ? end->latest() : fhir::Instant::max()});
            return;
        }
        if (!value.isString()) return;
        if (const auto moment = fhir::DateTime::tryParse(value.text()))
            index_.push_back({&parameter_, "", "", moment->earliest(), moment->latest()});
    }

    /// Every string in a HumanName but its use.
    void addWords(const Value& value) {
        if (!value.isObject()) return;
        for (const auto [name, part] : value.object()) {
            if (name == "use") continue;
            if (part.isString()) push("", lowered(part.text()));
            if (part.isArray())
                for (const auto one : part.array())
                    if (one.isString()) push("", lowered(one.text()));
        }
    }

    void push(std::string system, std::string text) {
        index_.push_back({&parameter_, std::move(system), std::move(text), {}, {}});
    }

    const Parameter& parameter_;
    const std::string& base_;
    std::vector<IndexValue>& index_;
};

}  // namespace

StoredPointer Store::make(const Definition& definition, const std::string& id,
                          const std::string& version, const Value& body, fhir::Instant updated) {
    if (count_ >= kResourcesMax)
        throw fhir::Error(fhir::ErrorKind::Refused, "the server is full").withStatus(507);
    auto stored = std::make_shared<Stored>();
    stored->type = definition.type;
    stored->id = id;
    stored->version = version;
    stored->updated = updated;
    stored->text = normalised(body, id, version, updated);
    const auto document = fhir::json::Document::parse(stored->text);
    for (const auto& parameter : definition.parameters)
        Indexer(parameter, base_, stored->index).walk(document.root(), parameter.path);
    if (!meta_)
        stored->text = rewritten(document.root(), [](auto&, std::string_view name, const Value&) {
            return name == "meta";
        });
    for (const auto& value : stored->index) {
        if (value.parameter->name != kIdentifier) continue;
        auto& references = byIdentifier_[stored->type + "|" + value.text];
        const auto reference = stored->reference();
        if (std::find(references.begin(), references.end(), reference) == references.end())
            references.push_back(reference);
    }
    ++count_;
    return stored;
}

StoredPointer Store::add(const Definition& definition, const std::string& id, const Value& body,
                         fhir::Instant updated) {
    auto stored = make(definition, id, "1", body, updated);
    byType_[stored->type].push_back(stored);
    byReference_[stored->reference()] = stored;
    return stored;
}

StoredPointer Store::replace(const Definition& definition, const Stored& before, const Value& body,
                             fhir::Instant updated) {
    const auto version = std::to_string(std::stoul(before.version) + 1);
    auto stored = make(definition, before.id, version, body, updated);
    auto& all = byType_[stored->type];
    auto& current = byReference_[stored->reference()];
    earlier_[stored->reference() + "/" + before.version] = current;
    std::replace(all.begin(), all.end(), current, stored);
    current = stored;
    return stored;
}

void Store::remove(const Stored& stored) {
    const auto reference = stored.reference();
    const auto found = byReference_.find(reference);
    if (found == byReference_.end()) return;
    std::erase(byType_[stored.type], found->second);
    earlier_[reference + "/" + found->second->version] = found->second;
    byReference_.erase(found);
    removed_.insert(reference);
}

bool Store::wasRemoved(std::string_view type, std::string_view id) const {
    return removed_.contains(std::string(type) + "/" + std::string(id));
}

StoredPointer Store::findVersion(std::string_view type, std::string_view id,
                                 std::string_view version) const {
    auto current = find(type, id);
    if (current && current->version == version) return current;
    const auto found =
        earlier_.find(std::string(type) + "/" + std::string(id) + "/" + std::string(version));
    return found == earlier_.end() ? nullptr : found->second;
}

StoredPointer Store::find(std::string_view type, std::string_view id) const {
    const auto found = byReference_.find(std::string(type) + "/" + std::string(id));
    return found == byReference_.end() ? nullptr : found->second;
}

const std::vector<StoredPointer>& Store::all(std::string_view type) const {
    static const std::vector<StoredPointer> kNone;
    const auto found = byType_.find(type);
    return found == byType_.end() ? kNone : found->second;
}

std::vector<StoredPointer> Store::identified(std::string_view type, std::string_view value) const {
    std::vector<StoredPointer> result;
    const auto found = byIdentifier_.find(std::string(type) + "|" + std::string(value));
    if (found == byIdentifier_.end()) return result;
    for (const auto& reference : found->second) {
        const auto stored = byReference_.find(reference);
        if (stored != byReference_.end()) result.push_back(stored->second);
    }
    return result;
}

std::string Store::nextId() {
    return std::to_string(++lastId_);
}

std::string ownReference(std::string_view reference, const std::string& base) {
    if (reference.starts_with(base + "/")) reference.remove_prefix(base.size() + 1);
    reference = reference.substr(0, reference.find("/_history/"));
    return fhir::parseReference(reference) ? std::string(reference) : std::string();
}

std::string lowered(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    return result;
}

}  // namespace adapters::simulator
