#include "fhir/r4/datatypes.h"

#include <algorithm>
#include <array>

#include "fhir/base/error.h"

namespace fhir {

Coding Coding::fromJson(const json::Value& json) {
    return {json.findString("system"), json.findString("code"), json.findString("display")};
}

void Coding::toJson(json::Writer& writer) const {
    writer.beginObject()
        .member("system", system)
        .member("code", code)
        .member("display", display)
        .endObject();
}

bool CodeableConcept::has(std::string_view system, std::string_view code) const noexcept {
    return std::any_of(coding.begin(), coding.end(), [&](const Coding& one) {
        return one.system && *one.system == system && one.code && *one.code == code;
    });
}

std::string CodeableConcept::words() const {
    if (text) return *text;
    for (const auto& one : coding)
        if (one.display) return *one.display;
    return {};
}

std::string CodeableConcept::label() const {
    if (auto readable = words(); !readable.empty()) return readable;
    for (const auto& one : coding)
        if (one.code) return *one.code;
    return {};
}

CodeableConcept CodeableConcept::fromJson(const json::Value& json) {
    return {readArray<Coding>(json, "coding"), json.findString("text")};
}

void CodeableConcept::toJson(json::Writer& writer) const {
    writer.beginObject();
    writeArray(writer, "coding", coding);
    writer.member("text", text).endObject();
}

Identifier Identifier::fromJson(const json::Value& json) {
    return {json.findString("use"), json.findString("system"), json.findString("value"),
            findConcept(json, "type")};
}

void Identifier::toJson(json::Writer& writer) const {
    writer.beginObject().member("use", use);
    writeObject(writer, "type", type);
    writer.member("system", system).member("value", value).endObject();
}

std::string Reference::relative() const {
    if (!reference) return {};
    std::string_view text = *reference;
    constexpr std::string_view kHistory = "/_history/";
    const auto history = text.rfind(kHistory);
    if (history != std::string_view::npos &&
        text.find('/', history + kHistory.size()) == std::string_view::npos)
        text = text.substr(0, history);
    const auto slash = text.rfind('/');
    if (slash == std::string_view::npos || slash == 0) return *reference;
    const auto before = text.rfind('/', slash - 1);
    const auto parts =
        parseReference(text.substr(before == std::string_view::npos ? 0 : before + 1));
    return parts ? parts->text() : *reference;
}

std::string Reference::resourceType() const {
    if (const auto parts = parseReference(relative())) return parts->type;
    return type.value_or("");
}

std::string Reference::base() const {
    if (!reference || reference->find("://") == std::string::npos) return {};
    const auto local = relative();
    const auto at = reference->rfind("/" + local);
    return local == *reference || at == std::string::npos ? std::string()
                                                          : reference->substr(0, at);
}

Reference Reference::fromJson(const json::Value& json) {
    return {json.findString("reference"), json.findString("type"), json.findString("display"),
            readObject<Identifier>(json, "identifier")};
}

void Reference::toJson(json::Writer& writer) const {
    writer.beginObject().member("reference", reference).member("type", type);
    writeObject(writer, "identifier", identifier);
    writer.member("display", display).endObject();
}

Period Period::fromJson(const json::Value& json) {
    return {findDateTime(json, "start"), findDateTime(json, "end")};
}

void Period::toJson(json::Writer& writer) const {
    writer.beginObject();
    writeDateTime(writer, "start", start);
    writeDateTime(writer, "end", end);
    writer.endObject();
}

HumanName HumanName::fromJson(const json::Value& json) {
    return {.use = json.findString("use"),
            .text = json.findString("text"),
            .family = json.findString("family"),
            .given = readStrings(json, "given"),
            .prefix = readStrings(json, "prefix"),
            .suffix = readStrings(json, "suffix")};
}

void HumanName::toJson(json::Writer& writer) const {
    writer.beginObject().member("use", use).member("text", text).member("family", family);
    writeStrings(writer, "given", given);
    writeStrings(writer, "prefix", prefix);
    writeStrings(writer, "suffix", suffix);
    writer.endObject();
}

namespace {

std::string inWords(const HumanName& name) {
    if (name.text && !name.text->empty()) return *name.text;
    std::string result;
    const auto append = [&](const std::string& part) {
        if (!result.empty() && !part.empty()) result += ' ';
        result += part;
    };
    for (const auto& part : name.prefix) append(part);
    for (const auto& part : name.given) append(part);
    append(name.family.value_or(""));
    for (const auto& part : name.suffix) append(part);
    return result;
}

}  // namespace

std::string displayName(const std::vector<HumanName>& names) {
    static constexpr std::array<std::string_view, 4> kBestFirst{"usual", "official", "",
                                                                "nickname"};
    std::string best;
    auto bestRank = kBestFirst.size() + 1;
    for (const auto& name : names) {
        const auto use = name.use.value_or("");
        if (use == "old" || use == "maiden") continue;
        const auto rank = static_cast<std::size_t>(
            std::find(kBestFirst.begin(), kBestFirst.end(), use) - kBestFirst.begin());
        if (rank >= bestRank) continue;
        if (auto words = inWords(name); !words.empty()) {
            best = std::move(words);
            bestRank = rank;
        }
    }
    return best;
}

Meta Meta::fromJson(const json::Value& json) {
    return {.versionId = json.findString("versionId"),
            .lastUpdated = json.findString("lastUpdated"),
            .profile = readStrings(json, "profile"),
            .security = readArray<Coding>(json, "security"),
            .tag = readArray<Coding>(json, "tag")};
}

void Meta::toJson(json::Writer& writer) const {
    writer.beginObject().member("versionId", versionId).member("lastUpdated", lastUpdated);
    writeStrings(writer, "profile", profile);
    writeArray(writer, "security", security);
    writeArray(writer, "tag", tag);
    writer.endObject();
}

Annotation Annotation::fromJson(const json::Value& json) {
    return {findDateTime(json, "time"), json.at("text").string(),
            findReference(json, "authorReference"), json.findString("authorString")};
}

void Annotation::toJson(json::Writer& writer) const {
    writer.beginObject();
    writeObject(writer, "authorReference", authorReference);
    writer.member("authorString", authorString);
    writeDateTime(writer, "time", time);
    writer.member("text", text).endObject();
}

bool isId(std::string_view text) noexcept {
    constexpr std::size_t kIdBytesMax = 255;
    return !text.empty() && text.size() <= kIdBytesMax &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '.' || c == '_';
           });
}

std::optional<TypeAndId> parseReference(std::string_view text) {
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto type = text.substr(0, slash);
    const auto id = text.substr(slash + 1);
    const bool typed = !type.empty() && type.front() >= 'A' && type.front() <= 'Z' &&
                       std::all_of(type.begin(), type.end(), [](char c) {
                           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
                       });
    if (!typed || !isId(id)) return std::nullopt;
    return TypeAndId{std::string(type), std::string(id)};
}

ResourceHeader readHeader(const json::Value& json, std::string_view resourceType) {
    const auto type = json.at("resourceType");
    if (type.text() != resourceType)
        type.refuse("is not the resource type that belongs here: " + std::string(resourceType));
    refuseModifiers(json);
    if (const auto rules = json.find("implicitRules"))
        rules->refuse(
            "names rules that this software does not know, and that must be known to "
            "understand the resource");
    ResourceHeader header;
    if (const auto id = json.find("id")) {
        header.id = id->string();
        if (!isId(header.id)) id->refuse("is not a FHIR id");
    }
    if (const auto meta = json.find("meta")) header.meta = Meta::fromJson(*meta);
    header.language = json.findString("language");
    return header;
}

std::optional<DateTime> findDateTime(const json::Value& json, const json::Name& name) {
    const auto value = json.find(name);
    if (!value) return std::nullopt;
    auto moment = DateTime::tryParse(value->text());
    if (!moment) value->refuse("is not a FHIR date or time");
    return moment;
}

std::optional<Coding> findCoding(const json::Value& json, const json::Name& name) {
    return readObject<Coding>(json, name);
}

std::optional<CodeableConcept> findConcept(const json::Value& json, const json::Name& name) {
    return readObject<CodeableConcept>(json, name);
}

std::optional<Reference> findReference(const json::Value& json, const json::Name& name) {
    return readObject<Reference>(json, name);
}

std::optional<Period> findPeriod(const json::Value& json, const json::Name& name) {
    return readObject<Period>(json, name);
}

void writeDateTime(json::Writer& writer, std::string_view name,
                   const std::optional<DateTime>& moment) {
    if (moment) writer.member(name, moment->text());
}

}  // namespace fhir
