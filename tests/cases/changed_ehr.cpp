#include "tests/cases/changed_ehr.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "fhir/base/url.h"
#include "tests/support/json_at.h"
#include "tests/support/merge_patch.h"

namespace test {
namespace {

using fhir::http::Response;
using fhir::json::Document;
using fhir::json::Value;
using fhir::json::Writer;

std::string lastPart(const std::string& reference) {
    return reference.substr(reference.find_last_of("/#") + 1);
}

std::set<std::string> lastParts(const std::string& list) {
    std::set<std::string> parts;
    for (std::size_t start = 0, end = 0; start < list.size(); start = end + 1) {
        end = std::min(list.find(',', start), list.size());
        parts.insert(lastPart(list.substr(start, end - start)));
    }
    return parts;
}

std::string keyOf(const Value& resource) {
    const auto type = resource.isObject() ? resource.find("resourceType") : std::nullopt;
    const auto id = resource.isObject() ? resource.find("id") : std::nullopt;
    return type && type->isString() && id && id->isString() ? type->string() + "/" + id->string()
                                                            : std::string();
}

/// Whether a search for this finds a resource that the simulator does not know. By what names
/// somebody or something it is looked at; of all other parameters the server says that they fit.
bool isFound(const std::string& resource, const fhir::Query& query) {
    const auto fits = [&](const char* parameter, const char* pointer) {
        const auto wanted = query.find(parameter);
        return !wanted || lastParts(*wanted).contains(lastPart(at(resource, pointer)));
    };
    return fits("_id", "/id") && fits("patient", "/subject/reference") &&
           fits("subject", "/subject/reference") && fits("partof", "/partOf/reference") &&
           !query.find("identifier");
}

/// Whether a line begins as a reply wants it; a "*" stands for anything.
bool isAsked(std::string_view line, std::string_view to) {
    const auto star = std::min(to.find('*'), to.size());
    if (!line.starts_with(to.substr(0, star))) return false;
    line.remove_prefix(star);
    while (star < to.size()) {
        to.remove_prefix(std::min(to.find('*') + 1, to.size()));
        const auto part = to.substr(0, to.find('*'));
        const auto at = line.find(part);
        if (at == std::string_view::npos) return false;
        line.remove_prefix(at + part.size());
        if (to.find('*') == std::string_view::npos) break;
    }
    return true;
}

fhir::Headers readHeaders(const std::optional<Value>& json) {
    fhir::Headers headers;
    if (!json) return headers;
    for (const auto [name, value] : json->object()) headers.set(std::string(name), value.string());
    return headers;
}

/// What the elements hold that tell of a person.
void gather(const Value& value, std::string_view name, std::string_view above,
            std::vector<std::string>& all) {
    static const std::set<std::string_view> kTelling{"family", "given", "valueString", "birthDate"};
    static const std::set<std::string_view> kIn{"name", "valueCodeableConcept", "valueCoding"};
    if (value.isObject()) {
        for (const auto [member, inner] : value.object()) gather(inner, member, name, all);
    } else if (value.isArray()) {
        for (const auto element : value.array())
            gather(element, name, element.isObject() ? name : above, all);
    } else if (value.isString()) {
        const bool isNamed = (name == "text" || name == "display") && kIn.contains(above);
        constexpr std::size_t kBytesMin = 4;  // what is shorter is in other words by chance
        if ((isNamed || kTelling.contains(name)) && value.text().size() >= kBytesMin)
            all.push_back(value.string());
    }
}

}  // namespace

ChangedEhr::ChangedEhr(Ehr& ehr, const std::optional<Value>& changes) {
    if (!changes) return;
    if (const auto resources = changes->find("resources"))
        for (const auto [key, value] : resources->object())
            readResource(ehr, std::string(key), value);
    for (const auto reply : changes->findArray("replies")) replies_.push_back(readReply(reply));
    headers_ = readHeaders(changes->find("headers"));
    if (const auto rewrites = changes->find("rewrites"))
        for (const auto [from, to] : rewrites->object())
            rewrites_.emplace_back(std::string(from), to.string());
}

void ChangedEhr::readResource(Ehr& ehr, const std::string& key, const Value& value) {
    const auto type = key.substr(0, key.find('/'));
    const auto id = lastPart(key);
    if (id == "*") {
        ofType_[type] = value.isNull() ? "" : value.toJson();
        return;
    }
    auto& text = resources_[key];
    if (value.isNull()) return;
    const auto own = ehr.get("/" + key);
    const bool isKnown = at(own, "/resourceType") == type;
    if (!isKnown) added_.push_back(key);
    const auto like = value.findString("like");
    auto base = like ? ehr.get("/" + *like) : isKnown ? own : std::string("{}");
    Writer named;
    named.beginObject().member("resourceType", type).member("id", id).endObject();
    const auto names = Document::parse(named.take());
    const auto rest = Document::parse(R"({"like":null})");
    text = patched(patched(patched(base, names.root()), value), rest.root());
}

ChangedEhr::Reply ChangedEhr::readReply(const Value& json) {
    Reply reply{json.at("to").string(), 0, readHeaders(json.find("headers")), {}, {}};
    reply.status = static_cast<int>(json.findInteger("status").value_or(0));
    if (const auto body = json.find("body"))
        reply.body = body->isString() ? body->string() : body->toJson();
    if (const auto lines = json.find("lines")) {
        reply.body = "";
        for (const auto line : lines->array())
            *reply.body += (line.isString() ? line.string() : line.toJson()) + "\n";
    }
    if (const auto changes = json.find("changes")) reply.changes = changes->toJson();
    return reply;
}

void ChangedEhr::change(const std::string& line, Response& response) const {
    const auto space = line.find(' ');
    if (!answers(line, response)) changeResources(line.substr(space + 1), response);
    response.body = rewritten(std::move(response.body));
    for (const auto& [name, value] : headers_) response.headers.set(name, value);
}

std::string ChangedEhr::rewritten(std::string text) const {
    for (const auto& [from, to] : rewrites_)
        for (auto at = text.find(from); at != std::string::npos;
             at = text.find(from, at + to.size()))
            text.replace(at, from.size(), to);
    return text;
}

/// Whether the case has an answer of its own to this.
bool ChangedEhr::answers(const std::string& line, Response& response) const {
    const auto reply = std::find_if(replies_.begin(), replies_.end(),
                                    [&](const Reply& one) { return isAsked(line, one.to); });
    if (reply == replies_.end()) return false;
    meet(reply->to);
    if (reply->status != 0) response.status = reply->status;
    if (reply->body) {
        response.body = *reply->body;
        response.headers.set("Content-Type", "application/fhir+json");
    }
    if (!reply->changes.empty())
        response.body = patched(response.body, Document::parse(reply->changes).root());
    for (const auto& [name, value] : reply->headers) response.headers.set(name, value);
    return true;
}

void ChangedEhr::changeResources(const std::string& target, Response& response) const {
    if (resources_.empty() && ofType_.empty()) return;
    if (!response.body.starts_with('{')) return;
    const auto path = target.substr(0, target.find('?'));
    const auto key = path.substr(std::min(path.find('/', 1), path.size() - 1) + 1);
    if (const auto own = resources_.find(key); own != resources_.end()) {
        meet(key);
        response.status = own->second.empty() ? 404 : 200;
        response.body = own->second.empty()
                            ? R"({"resourceType":"OperationOutcome","issue":[{"severity":"error",)"
                              R"("code":"not-found"}]})"
                            : own->second;
        return;
    }
    const auto document = Document::parse(response.body);
    const auto root = document.root();
    if (root.findString("resourceType") == "Bundle")
        response.body = changedBundle(root, target);
    else if (const auto resource = changed(root))
        response.body = *resource;
}

std::string ChangedEhr::changedBundle(const Value& bundle, const std::string& target) const {
    const auto mark = target.find('?');
    const auto query = fhir::Query::parse(mark == std::string::npos ? "" : target.substr(mark + 1));
    const auto path = target.substr(0, mark);
    Writer writer;
    writer.beginObject();
    for (const auto [name, value] : bundle.object())
        if (name != "entry" && name != "total") writer.key(name).value(value);
    writer.key("entry").beginArray();
    for (const auto entry : bundle.findArray("entry")) {
        const auto resource = changed(entry.at("resource"));
        if (!resource || resource->empty()) continue;
        writer.beginObject();
        for (const auto [name, value] : entry.object())
            if (name == "resource")
                writer.key(name).raw(*resource);
            else
                writer.key(name).value(value);
        writer.endObject();
    }
    for (const auto& key : added_) {
        const auto& resource = resources_.at(key);
        if (lastPart(path) != key.substr(0, key.find('/')) || !isFound(resource, query)) continue;
        meet(key);
        writer.beginObject().key("resource").raw(resource);
        writer.key("search").beginObject().member("mode", "match").endObject().endObject();
    }
    return writer.endArray().endObject().take();
}

/// The resource as the case wants it; "" where it is not there, nullopt for what is none.
std::optional<std::string> ChangedEhr::changed(const Value& resource) const {
    const auto key = keyOf(resource);
    if (key.empty()) return std::nullopt;
    if (const auto own = resources_.find(key); own != resources_.end()) {
        meet(key);
        return own->second;
    }
    const auto patch = ofType_.find(key.substr(0, key.find('/')));
    if (patch == ofType_.end()) return resource.toJson();
    meet(patch->first);
    if (patch->second.empty()) return "";
    return patched(resource.toJson(), Document::parse(patch->second).root());
}

void ChangedEhr::meet(const std::string& name) const {
    const std::scoped_lock lock(mutex_);
    met_.insert(name);
}

std::string ChangedEhr::unmet() const {
    const std::scoped_lock lock(mutex_);
    std::string all;
    const auto note = [&](const std::string& name) {
        if (!met_.contains(name)) all += name + "\n";
    };
    for (const auto& [key, text] : resources_) note(key);
    for (const auto& [type, patch] : ofType_) note(type);
    for (const auto& reply : replies_) note(reply.to);
    return all;
}

std::vector<std::string> patientDataOf(Ehr& ehr, const Value& fixture) {
    std::vector<std::string> all;
    for (const auto* target : {"/Patient", "/Observation"})
        gather(Document::parse(ehr.get(target)).root(), "", "", all);
    for (const auto* part : {"ehr", "call"})
        if (const auto value = fixture.find(part)) gather(*value, "", "", all);
    return all;
}

}  // namespace test
