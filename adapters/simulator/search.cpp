#include "adapters/simulator/search.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "fhir/base/error.h"
#include "fhir/r4/datatypes.h"

namespace adapters::simulator {
namespace {

using fhir::Error;
using fhir::ErrorKind;

constexpr std::size_t kAlternativesMax = 500;

bool hasName(const NameList& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

[[noreturn]] void refuseParameter(const std::string& name, const std::string& why) {
    throw Error(ErrorKind::InvalidInput, "search parameter \"" + name + "\": " + why);
}

/// Splits at `mark` where no backslash stands before it (R4, search, section 3.1.1.4.15).
std::vector<std::string> split(std::string_view text, char mark) {
    std::vector<std::string> parts(1);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == mark) {
            parts.emplace_back();
        } else {
            if (text[i] == '\\' && i + 1 < text.size()) parts.back() += text[i++];
            parts.back() += text[i];
        }
    }
    return parts;
}

std::string unescaped(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) ++i;
        result += text[i];
    }
    return result;
}

Alternative token(const std::string& value) {
    Alternative alternative;
    const auto parts = split(value, '|');
    if (parts.size() > 1) {
        alternative.system = unescaped(parts[0]);
        alternative.text = unescaped(parts[1]);
    } else {
        alternative.text = unescaped(value);
    }
    return alternative;
}

Alternative date(const std::string& name, std::string_view value) {
    static constexpr std::array<std::string_view, 6> kPrefixes{"eq", "ne", "gt", "ge", "lt", "le"};
    Alternative alternative;
    const auto prefix = value.substr(0, 2);
    if (std::find(kPrefixes.begin(), kPrefixes.end(), prefix) != kPrefixes.end()) {
        alternative.prefix = prefix;
        value.remove_prefix(2);
    }
    const auto moment = fhir::DateTime::tryParse(value);
    if (!moment) refuseParameter(name, "is no date with an optional prefix eq ne gt ge lt le");
    alternative.earliest = moment->earliest();
    alternative.latest = moment->latest();
    return alternative;
}

/// "Patient/1", "1" or the resource's address.
Alternative reference(const Parameter& parameter, const std::string& value, const std::string& base,
                      bool typedOnly) {
    Alternative alternative;
    alternative.text = ownReference(value, base);
    if (!alternative.text.empty()) {
        const bool fits = parameter.target.empty() ||
                          alternative.text.starts_with(std::string(parameter.target) + "/");
        if (!fits) alternative.text.clear();  // finds nothing: every stored reference has a text
        return alternative;
    }
    if (!fhir::isId(value))
        refuseParameter(std::string(parameter.name),
                        "is neither an id nor a reference to this server");
    if (typedOnly) return alternative;  // finds nothing, as above
    alternative.text =
        parameter.target.empty() ? "/" + value : std::string(parameter.target) + "/" + value;
    return alternative;
}

Condition condition(const Parameter& parameter, const std::string& value, const std::string& base,
                    bool typedOnly) {
    const std::string name(parameter.name);
    Condition result{&parameter, {}};
    for (const auto& one : split(value, ',')) {
        if (one.empty()) refuseParameter(name, "has an empty value");
        switch (parameter.kind) {
            case Kind::Token:
                result.any.push_back(token(one));
                break;
            case Kind::Reference:
                result.any.push_back(reference(parameter, one, base, typedOnly));
                break;
            case Kind::Date:
                result.any.push_back(date(name, one));
                break;
            case Kind::String: {
                Alternative words;
                words.text = lowered(unescaped(one));
                result.any.push_back(std::move(words));
                break;
            }
        }
    }
    if (result.any.size() > kAlternativesMax) refuseParameter(name, "has more than 500 values");
    return result;
}

int readCount(const std::string& name, const std::string& value, std::size_t most) {
    int number = 0;
    const auto [end, fault] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (fault != std::errc() || end != value.data() + value.size() || number < 0)
        refuseParameter(name, "is no number from 0 up");
    return std::min(number, static_cast<int>(most));
}

void addIncludes(const Definition& definition, const std::string& value,
                 std::vector<const Parameter*>& includes) {
    if (value == "*" && definition.rules != nullptr && hasName(definition.rules->includes, "*")) {
        for (const auto& parameter : definition.parameters)
            if (parameter.kind == Kind::Reference) includes.push_back(&parameter);
        return;
    }
    const auto colon = value.find(':');
    const auto* parameter = colon == std::string::npos || value.substr(0, colon) != definition.type
                                ? nullptr
                                : definition.find(value.substr(colon + 1));
    const bool isFollowed =
        parameter != nullptr && parameter->kind == Kind::Reference &&
        (definition.rules == nullptr || hasName(definition.rules->includes, parameter->name) ||
         hasName(definition.rules->includes, "*"));
    if (!isFollowed)
        refuseParameter("_include", "is none of those that the CapabilityStatement lists");
    includes.push_back(parameter);
}

/// What a vendor wants beside what (adapters/simulator/behaviour.h).
void requireCombinations(const TypeRules& rules, const fhir::Query& query) {
    const auto isThere = [&](std::string_view name) { return query.find(name).has_value(); };
    const bool isAboutPatient = isThere("patient") || isThere("subject");
    for (const auto name : rules.onlyWithPatient)
        if (isThere(name) && !isAboutPatient)
            refuseParameter(std::string(name), "may only stand beside patient or subject");
    const bool isEnough =
        rules.needs.empty() ||
        std::any_of(rules.needs.begin(), rules.needs.end(), [&](const NameList& all) {
            return std::all_of(all.begin(), all.end(), isThere);
        });
    if (!isEnough) {
        std::string wanted;
        for (const auto& all : rules.needs) {
            wanted += wanted.empty() ? "[" : ", [";
            for (const auto name : all)
                wanted += (wanted.ends_with('[') ? "" : ", ") + std::string(name);
            wanted += "]";
        }
        throw Error(ErrorKind::Refused, std::string(kNeedsMore) + "[" + wanted + "]")
            .withStatus(400);
    }
    if (rules.search != nullptr) rules.search(query);
}

bool isJson(const std::string& format) {
    return format == "json" || format == "application/json" || format == "application/fhir+json";
}

bool holdsDate(const IndexValue& value, const Alternative& wanted) {
    const bool within = value.earliest >= wanted.earliest && value.latest <= wanted.latest;
    if (wanted.prefix == "eq") return within;
    if (wanted.prefix == "ne") return !within;
    if (wanted.prefix == "gt") return value.latest > wanted.latest;
    if (wanted.prefix == "ge") return value.latest >= wanted.earliest;
    if (wanted.prefix == "lt") return value.earliest < wanted.earliest;
    return value.earliest <= wanted.latest;
}

bool holds(const IndexValue& value, const Alternative& wanted) {
    switch (value.parameter->kind) {
        case Kind::Token:
            return (!wanted.system || value.system == *wanted.system) &&
                   (wanted.text.empty() || value.text == wanted.text);
        case Kind::Reference:
            return wanted.text.starts_with('/') ? value.text.ends_with(wanted.text)
                                                : value.text == wanted.text;
        case Kind::Date:
            return holdsDate(value, wanted);
        case Kind::String:
            return value.text.starts_with(wanted.text);
    }
    return false;
}

bool holds(const Stored& stored, const Condition& condition) {
    return std::any_of(stored.index.begin(), stored.index.end(), [&](const IndexValue& value) {
        if (value.parameter != condition.parameter) return false;
        return std::any_of(condition.any.begin(), condition.any.end(),
                           [&](const Alternative& wanted) { return holds(value, wanted); });
    });
}

}  // namespace

Search Search::parse(const Definition& definition, const fhir::Query& query, bool lenient,
                     const std::string& base, const Behaviour& behaviour) {
    static const TypeRules kPlain{};
    const auto& paging = behaviour.paging;
    const auto& rules = definition.rules != nullptr ? *definition.rules : kPlain;
    const auto pageMax = rules.pageMax != 0 ? rules.pageMax : paging.most;
    Search search;
    search.definition = &definition;
    search.count = static_cast<int>(rules.pageDefault != 0 ? rules.pageDefault : paging.standard);
    requireCombinations(rules, query);
    const auto isDropped = [&](const std::string& name) { return hasName(rules.dropped, name); };
    for (const auto& [name, value] : query) {
        if (name == paging.count) {
            search.count = readCount(name, value, pageMax);
            search.countAsked = true;
        } else if (name == "_include" && (definition.rules == nullptr || !rules.includes.empty())) {
            addIncludes(definition, value, search.includes);
        } else if (name == "_format") {
            if (!isJson(value))
                throw Error(ErrorKind::Refused, "only JSON can be had").withStatus(406);
        } else if (const auto* parameter = isDropped(name) ? nullptr : definition.find(name)) {
            search.conditions.push_back(
                condition(*parameter, value, base, behaviour.typedReferencesOnly));
        } else if (!isDropped(name)) {
            if (!name.empty() && name == behaviour.always.first) continue;
            // What is dropped in silence is told back as if it had been understood.
            if (!rules.dropsUnknown && lenient) continue;
            if (!rules.dropsUnknown)
                refuseParameter(name, "is unknown here for " + std::string(definition.type));
        }
        search.understood.add(name, value);
    }
    return search;
}

bool Search::matches(const Stored& stored) const {
    return std::all_of(conditions.begin(), conditions.end(),
                       [&](const Condition& condition) { return holds(stored, condition); });
}

std::vector<StoredPointer> Search::run(const Store& store) const {
    std::vector<StoredPointer> found;
    const auto addMatching = [&](const std::vector<StoredPointer>& some) {
        std::copy_if(some.begin(), some.end(), std::back_inserter(found),
                     [&](const StoredPointer& one) { return matches(*one); });
    };
    const auto one =
        std::find_if(conditions.begin(), conditions.end(), [](const Condition& condition) {
            return condition.parameter->name == kIdentifier && condition.any.size() == 1 &&
                   !condition.any.front().text.empty();
        });
    if (one == conditions.end())
        addMatching(store.all(definition->type));
    else
        addMatching(store.identified(definition->type, one->any.front().text));
    return found;
}

}  // namespace adapters::simulator
