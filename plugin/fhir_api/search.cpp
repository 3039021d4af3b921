#include "plugin/fhir_api/search.h"

#include <algorithm>
#include <charconv>

#include "fhir/base/error.h"
#include "fhir/r4/datatypes.h"
#include "fhir/r4/date_time.h"

namespace plugin::fhir_api {
namespace {

using fhir::DateTime;
using fhir::Error;
using fhir::ErrorKind;
using fhir::Instant;
using fhir::json::Value;

constexpr std::size_t kValuesMax = 50;
const Parameter kLastUpdated{"_lastUpdated", ParameterKind::Date, "meta.lastUpdated"};

[[noreturn]] void refuse(std::string_view name, const std::string& why) {
    throw Error(ErrorKind::InvalidInput, std::string(name) + " " + why);
}

std::vector<std::string> alternatives(std::string_view name, const std::string& text) {
    std::vector<std::string> values;
    for (std::size_t start = 0; start <= text.size();) {
        const auto end = std::min(text.find(',', start), text.size());
        if (end > start) values.push_back(text.substr(start, end - start));
        start = end + 1;
    }
    if (values.empty()) refuse(name, "must have a value");
    if (values.size() > kValuesMax) refuse(name, "may have at most 50 values");
    return values;
}

/// "ge2026-03" in its halves; without a prefix "eq".
std::pair<std::string_view, DateTime> comparison(std::string_view name, std::string_view value) {
    constexpr std::string_view kPrefixes[] = {"eq", "ne", "gt", "lt", "ge", "le", "sa", "eb"};
    std::string_view prefix = "eq";
    for (const auto known : kPrefixes)
        if (value.starts_with(known)) {
            prefix = known;
            value.remove_prefix(2);
            break;
        }
    const auto moment = DateTime::tryParse(value);
    if (!moment)
        refuse(name,
               "must be a date as FHIR writes it, with eq, ne, gt, lt, ge, le, sa or eb before");
    return {prefix, *moment};
}

/// R4, search, section 3.1.1.5.1: what lies between `earliest` and `latest`, held against a span.
bool fits(std::string_view prefix, const DateTime& asked, Instant earliest, Instant latest) {
    if (prefix == "ne") return earliest < asked.earliest() || latest > asked.latest();
    if (prefix == "gt") return latest > asked.latest();
    if (prefix == "lt") return earliest < asked.earliest();
    if (prefix == "ge") return latest >= asked.earliest();
    if (prefix == "le") return earliest <= asked.latest();
    if (prefix == "sa") return earliest > asked.latest();
    if (prefix == "eb") return latest < asked.earliest();
    return earliest >= asked.earliest() && latest <= asked.latest();
}

bool hasDate(const Value& value, std::string_view text) {
    const auto moment = [](const std::optional<std::string>& written) {
        return DateTime::tryParse(written.value_or(""));
    };
    const auto [prefix, asked] = comparison("", text);
    if (value.isObject()) {  // a Period; an open end reaches as far as time does here
        const auto start = moment(value.findString("start"));
        const auto end = moment(value.findString("end"));
        return fits(prefix, asked, start ? start->earliest() : Instant::min(),
                    end ? end->latest() : Instant::max());
    }
    if (!value.isString()) return false;
    const auto at = DateTime::tryParse(value.text());
    return at && fits(prefix, asked, at->earliest(), at->latest());
}

/// A code, a Coding, a CodeableConcept or an Identifier against "code", "system|code", "|code" or
/// "system|".
bool hasToken(const Value& value, std::string_view text) {
    const auto bar = text.find('|');
    const auto wanted = bar == text.npos ? text : text.substr(bar + 1);
    const auto isIt = [&](const std::optional<std::string>& system, std::string_view code) {
        if (bar != text.npos && system.value_or("") != text.substr(0, bar)) return false;
        return wanted.empty() || wanted == code;
    };
    if (value.isString()) return isIt(std::nullopt, value.text());
    if (!value.isObject()) return false;
    for (const auto coding : value.findArray("coding"))
        if (hasToken(coding, text)) return true;
    const auto system = value.findString("system");
    for (const char* member : {"code", "value"})
        if (const auto code = value.findString(member); code && isIt(system, *code)) return true;
    return false;
}

std::string referenceOf(const Parameter& parameter, const std::string& value) {
    if (value.find('/') == std::string::npos && !parameter.target.empty())
        return std::string(parameter.target) + "/" + value;
    return value;
}

bool hasReference(const Value& value, const Parameter& parameter, const std::string& text) {
    if (!value.isObject()) return false;
    const auto reference = value.findString("reference").value_or("");
    const bool isOfType =
        parameter.target.empty() || reference.starts_with(std::string(parameter.target) + "/");
    return isOfType && reference == referenceOf(parameter, text);
}

/// Whether one of the values at the path has it; arrays on the way are walked through.
bool hasAt(const Value& value, std::string_view path, const Parameter& parameter,
           const std::string& text) {
    if (value.isArray()) {
        for (const auto one : value.array())
            if (hasAt(one, path, parameter, text)) return true;
        return false;
    }
    if (!path.empty()) {
        const auto dot = std::min(path.find('.'), path.size());
        const auto inner = value.isObject() ? value.find(path.substr(0, dot)) : std::nullopt;
        return inner && hasAt(*inner, path.substr(std::min(dot + 1, path.size())), parameter, text);
    }
    switch (parameter.kind) {
        case ParameterKind::Token:
            return hasToken(value, text);
        case ParameterKind::Reference:
            return hasReference(value, parameter, text);
        case ParameterKind::Date:
            return hasDate(value, text);
    }
    return false;
}

template <class Number>
Number numberOf(std::string_view name, std::string_view text) {
    Number value = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, fault] = std::from_chars(text.data(), end, value);
    if (fault != std::errc() || stop != end || value < 0) refuse(name, "must be a whole number");
    return value;
}

PageMark markOf(const std::string& text) {
    const auto dot = text.find('.');
    if (dot == std::string::npos || !fhir::isId(text.substr(dot + 1)))
        refuse("_page", "is none that this server gave");
    return {numberOf<std::int64_t>("_page", std::string_view(text).substr(0, dot)),
            text.substr(dot + 1)};
}

std::vector<ServedType> makeTypes() {
    using enum ParameterKind;
    const Parameter patient{"patient", Reference, "subject", "Patient"};
    const Parameter subject{"subject", Reference, "subject"};
    const Parameter identifier{"identifier", Token, "identifier"};
    const Parameter status{"status", Token, "status"};
    const Parameter encounter{"encounter", Reference, "encounter", "Encounter"};
    return {{"DocumentReference",
             {patient,
              subject,
              identifier,
              status,
              {"category", Token, "category"},
              {"type", Token, "type"},
              {"date", Date, "date"},
              {"encounter", Reference, "context.encounter", "Encounter"}}},
            {"Flag", {patient, subject, identifier, {"date", Date, "period"}}},
            {"Observation",
             {patient,
              subject,
              identifier,
              status,
              encounter,
              {"category", Token, "category"},
              {"code", Token, "code"},
              {"date", Date, "effectiveDateTime"}}},
            {"QuestionnaireResponse",
             {patient,
              subject,
              identifier,
              status,
              encounter,
              {"authored", Date, "authored"},
              {"questionnaire", Token, "questionnaire"}}}};
}

}  // namespace

const Parameter* ServedType::find(std::string_view name) const noexcept {
    const auto found = std::find_if(parameters.begin(), parameters.end(),
                                    [&](const Parameter& one) { return one.name == name; });
    return found == parameters.end() ? nullptr : &*found;
}

const std::vector<ServedType>& servedTypes() {
    static const auto all = makeTypes();
    return all;
}

Search Search::parse(const ServedType& served, const fhir::Query& query, bool isLenient) {
    Search search;
    for (const auto& [name, value] : query) {
        if (name == "_count") {
            search.count_ = std::clamp(numberOf<int>(name, value), 1, kPageMax);
            continue;
        }
        if (name == "_page") {
            search.mark_ = markOf(value);
            continue;
        }
        if (name == "_format" || name == "_pretty") continue;  // how, and not what
        if (name == "_id") {
            if (!fhir::isId(value)) refuse(name, "must be one id");
            search.id_ = value;
            search.asked_.add(name, value);
            continue;
        }
        const auto* parameter = name == "_lastUpdated" ? &kLastUpdated : served.find(name);
        if (parameter == nullptr && isLenient) continue;
        if (parameter == nullptr) {
            std::string known = "_id, _lastUpdated, _count";
            for (const auto& one : served.parameters) known += ", " + std::string(one.name);
            // The name may be anything, a patient's too: it is not repeated.
            throw Error(ErrorKind::InvalidInput, std::string(served.type) +
                                                     " is not searched by one of these parameters; "
                                                     "it is by " +
                                                     known + ", without modifiers");
        }
        auto values = alternatives(name, value);
        if (parameter->kind == ParameterKind::Date)
            for (const auto& one : values) comparison(name, one);
        if (parameter->path == "subject" && values.size() == 1) {
            const auto reference = referenceOf(*parameter, values.front());
            if (!fhir::parseReference(reference)) refuse(name, "must be written Type/id");
            search.subject_ = reference;
        }
        search.asked_.add(name, value);
        search.conditions_.push_back({*parameter, std::move(values)});
    }
    return search;
}

bool Search::matches(const Value& resource) const {
    return std::all_of(conditions_.begin(), conditions_.end(), [&](const Condition& condition) {
        return std::any_of(
            condition.values.begin(), condition.values.end(), [&](const std::string& value) {
                return hasAt(resource, condition.parameter.path, condition.parameter, value);
            });
    });
}

void Search::bind(const std::string& subject) {
    if (!subject_.empty() && subject_ != subject)
        throw Error(ErrorKind::Forbidden, "this token is for another patient");
    subject_ = subject;
    conditions_.push_back({{"subject", ParameterKind::Reference, "subject"}, {subject}});
}

}  // namespace plugin::fhir_api
