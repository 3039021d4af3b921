#include "fhir/r4/datatypes.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "fhir/base/error.h"

namespace fhir {

Coding Coding::fromJson(const json::Value& json, json::Wanted& wanted) {
    return {wanted.string(json, "system"), wanted.string(json, "code"),
            wanted.string(json, "display")};
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

CodeableConcept CodeableConcept::fromJson(const json::Value& json, json::Wanted& wanted) {
    return {wanted.all<Coding>(json, "coding"), wanted.string(json, "text")};
}

void CodeableConcept::toJson(json::Writer& writer) const {
    writer.beginObject();
    writeArray(writer, "coding", coding);
    writer.member("text", text).endObject();
}

Identifier Identifier::fromJson(const json::Value& json, json::Wanted& wanted) {
    return {wanted.string(json, "use"), json.findString("system"), wanted.string(json, "value"),
            wanted.find<CodeableConcept>(json, "type")};
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

Reference Reference::fromJson(const json::Value& json, json::Wanted& wanted) {
    return {json.findString("reference"), wanted.string(json, "type"),
            wanted.string(json, "display"), wanted.find<Identifier>(json, "identifier")};
}

void Reference::toJson(json::Writer& writer) const {
    writer.beginObject().member("reference", reference).member("type", type);
    writeObject(writer, "identifier", identifier);
    writer.member("display", display).endObject();
}

Reference somebody() {
    return {{}, "Person", {}};
}

Period Period::fromJson(const json::Value& json, json::Wanted& wanted) {
    return {wanted.find<DateTime>(json, "start"), wanted.find<DateTime>(json, "end")};
}

bool Period::covers(Instant now) const noexcept {
    using namespace std::chrono_literals;
    if (end && end->latest() < now) return false;
    if (!start || start->earliest() <= now) return true;
    const bool isTime = start->precision() == DateTime::Precision::Second;
    return start->earliest() - now <= (isTime ? Instant::duration(5min) : Instant::duration(14h));
}

void Period::toJson(json::Writer& writer) const {
    writer.beginObject();
    writeDateTime(writer, "start", start);
    writeDateTime(writer, "end", end);
    writer.endObject();
}

HumanName HumanName::fromJson(const json::Value& json, json::Wanted& wanted) {
    return {.use = wanted.string(json, "use"),
            .text = wanted.string(json, "text"),
            .family = wanted.string(json, "family"),
            .given = wanted.strings(json, "given"),
            .prefix = wanted.strings(json, "prefix"),
            .suffix = wanted.strings(json, "suffix"),
            .period = wanted.find<Period>(json, "period")};
}

void HumanName::toJson(json::Writer& writer) const {
    writer.beginObject().member("use", use).member("text", text).member("family", family);
    writeStrings(writer, "given", given);
    writeStrings(writer, "prefix", prefix);
    writeStrings(writer, "suffix", suffix);
    writeObject(writer, "period", period);
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

std::string displayName(const std::vector<HumanName>& names, Instant now) {
    static constexpr std::array<std::string_view, 4> kBestFirst{"usual", "official", "",
                                                                "nickname"};
    enum class When { ToCome, Over, Now };
    // The greatest is shown.
    using Rank = std::tuple<When, Instant, std::ptrdiff_t, Instant>;
    const auto rankOf = [&](const HumanName& name) -> Rank {
        const auto period = name.period.value_or(Period{});
        const auto start = period.start ? period.start->earliest() : Instant::min();
        const bool isOver = period.end && period.end->latest() < now;
        const auto when = isOver ? When::Over : period.covers(now) ? When::Now : When::ToCome;
        const auto use = std::find(kBestFirst.begin(), kBestFirst.end(), name.use.value_or(""));
        return {when, isOver ? period.end->latest() : Instant::min(), kBestFirst.end() - use,
                start};
    };
    std::string best;
    std::optional<Rank> bestRank;
    for (const auto& name : names) {
        if (name.use == "old" || name.use == "maiden") continue;
        const auto rank = rankOf(name);
        if (bestRank && rank <= *bestRank) continue;
        if (auto words = inWords(name); !words.empty()) {
            best = std::move(words);
            bestRank = rank;
        }
    }
    return best;
}

namespace {

/// "Very restricted": for a label that nobody can read.
const Coding kStrictest{"http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "V", {}};

/// Half a label is none.
Coding readLabel(const json::Value& json, json::Wanted& wanted) {
    return {json.findString("system"), json.findString("code"), wanted.string(json, "display")};
}

}  // namespace

Meta Meta::fromJson(const json::Value& json, json::Wanted& wanted) {
    return {.versionId = wanted.string(json, "versionId"),
            .lastUpdated = wanted.string(json, "lastUpdated"),
            .profile = wanted.strings(json, "profile"),
            .security = wanted.list(
                json, "security", [&](const json::Value& one) { return readLabel(one, wanted); },
                &kStrictest),
            .tag = wanted.all<Coding>(json, "tag")};
}

void Meta::toJson(json::Writer& writer) const {
    writer.beginObject().member("versionId", versionId).member("lastUpdated", lastUpdated);
    writeStrings(writer, "profile", profile);
    writeArray(writer, "security", security);
    writeArray(writer, "tag", tag);
    writer.endObject();
}

Annotation Annotation::fromJson(const json::Value& json, json::Wanted&) {
    return {json.at("text").string()};
}

void Annotation::toJson(json::Writer& writer) const {
    writer.beginObject().member("text", text).endObject();
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

std::string readHeader(const json::Value& json, std::string_view resourceType) {
    const auto type = json.at("resourceType");
    if (type.text() != resourceType)
        type.refuse("is not the resource type that belongs here: " + std::string(resourceType));
    refuseModifiers(json);
    if (const auto rules = json.find("implicitRules"))
        rules->refuse(
            "names rules that this software does not know, and that must be known to "
            "understand the resource");
    const auto id = json.find("id");
    if (!id) return {};
    if (!isId(id->text())) id->refuse("is not a FHIR id");
    return id->string();
}

std::optional<Meta> readMeta(const json::Value& json, json::Wanted& wanted) {
    return findOr(json, "meta", wanted, Meta{{}, {}, {}, {kStrictest}, {}});
}

std::optional<DateTime> findDate(const json::Value& json, const json::Name& name,
                                 json::Wanted& wanted) {
    return wanted.read(json, name, [](const json::Value& value) {
        auto date = DateTime::tryParse(value.text());
        if (!date || date->precision() == DateTime::Precision::Second)
            value.refuse("must be a date without a time, not text of another form");
        return *std::move(date);
    });
}

void writeDateTime(json::Writer& writer, std::string_view name,
                   const std::optional<DateTime>& moment) {
    if (moment) writer.member(name, moment->text());
}

}  // namespace fhir
