#include "tests/support/cds_shape.h"

#include <algorithm>
#include <functional>
#include <map>
#include <regex>
#include <set>

#include "fhir/base/error.h"
#include "fhir/base/json.h"
#include "fhir/base/random.h"
#include "fhir/r4/date_time.h"

namespace test {
namespace {

using fhir::json::Type;
using fhir::json::Value;
using Check = std::function<void(const Value&)>;

/// What a member of an object must be.
struct Rule {
    bool isRequired = false;
    Check check;
};
using Rules = std::map<std::string, Rule>;

class Shapes {
public:
    ShapeFaults faults;

    void fault(const Value& value, const std::string& why) {
        faults.push_back((value.path().empty() ? "/" : value.path()) + " " + why);
    }

    /// "JSON elements SHALL NOT be null or empty, unless otherwise specified" (Use of JSON).
    void noneEmpty(const Value& value, const std::set<std::string>& mayBeEmpty) {
        const bool isEmpty = value.isNull() || (value.isString() && value.text().empty()) ||
                             ((value.isArray() || value.isObject()) && value.size() == 0);
        if (isEmpty && mayBeEmpty.count(value.path()) == 0) fault(value, "is null or empty");
        if (value.isArray())
            for (const auto element : value.array()) noneEmpty(element, mayBeEmpty);
        if (value.isObject())
            for (const auto [name, member] : value.object()) noneEmpty(member, mayBeEmpty);
    }

    bool isText(const Value& value) {
        if (!value.isString()) fault(value, "is no text");
        return value.isString();
    }

    Check text() {
        return [this](const Value& value) { isText(value); };
    }
    Check boolean() {
        return [this](const Value& value) {
            if (value.type() != Type::True && value.type() != Type::False)
                fault(value, "is no boolean");
        };
    }
    Check oneOf(std::set<std::string> known) {
        return [this, known](const Value& value) {
            if (isText(value) && known.count(value.string()) == 0) fault(value, "is unknown");
        };
    }
    Check url() {
        return [this](const Value& value) {
            static const std::regex kAbsolute(R"(https?://[^\s/]+(/[^\s]*)?)");
            if (isText(value) && !std::regex_match(value.string(), kAbsolute))
                fault(value, "is no absolute address");
        };
    }
    Check uuid() {
        return [this](const Value& value) {
            if (isText(value) && !fhir::isUuid(value.text())) fault(value, "is no UUID");
        };
    }
    /// "Reason for rejecting a card" must have a display; a topic may.
    Check coding(bool needsDisplay) {
        return [this, needsDisplay](const Value& value) {
            object(value, {{"code", {true, text()}},
                           {"system", {true, text()}},
                           {"display", {needsDisplay, text()}}});
        };
    }
    Check array(const Check& each) {
        return [this, each](const Value& value) {
            if (!value.isArray()) return fault(value, "is no array");
            for (const auto element : value.array()) each(element);
        };
    }
    Check anyObject() {
        return [this](const Value& value) {
            if (!value.isObject()) fault(value, "is no object");
        };
    }

    void object(const Value& value, const Rules& rules) {
        if (!value.isObject()) return fault(value, "is no object");
        std::set<std::string> seen;
        for (const auto [name, member] : value.object()) {
            const auto rule = rules.find(std::string(name));
            if (!seen.insert(std::string(name)).second) fault(member, "comes twice");
            if (rule == rules.end())
                fault(member, "is not known to the specification");
            else
                rule->second.check(member);
        }
        for (const auto& [name, rule] : rules)
            if (rule.isRequired && seen.count(name) == 0) fault(value, "lacks " + name);
    }

    void prefetchTemplate(const Value& value) {
        static const std::regex kToken(R"(\{\{([^{}]*)\}\})");
        static const std::set<std::string> kTokens{
            "context.userId", "context.patientId",   "context.encounterId",   "userPractitionerId",
            "userPatientId",  "userRelatedPersonId", "userPractitionerRoleId"};
        if (!isText(value)) return;
        auto rest = value.string();
        std::smatch match;
        while (std::regex_search(rest, match, kToken)) {
            if (kTokens.count(match[1].str()) == 0) fault(value, "has an unknown token");
            rest = match.suffix();
        }
        if (rest.find('{') != std::string::npos || rest.find('}') != std::string::npos)
            fault(value, "has half a token");
    }

    void service(const Value& value) {
        object(value, {{"hook", {true, text()}},
                       {"id", {true, text()}},
                       {"title", {false, text()}},
                       {"description", {true, text()}},
                       {"usageRequirements", {false, text()}},
                       {"extension", {false, anyObject()}},
                       {"prefetch", {false, [this](const Value& prefetch) {
                                         if (!prefetch.isObject())
                                             return fault(prefetch, "is no object");
                                         for (const auto [key, query] : prefetch.object())
                                             prefetchTemplate(query);
                                     }}}});
    }

    void summary(const Value& value) {
        if (!isText(value)) return;
        const auto text = value.text();
        const auto characters = std::count_if(text.begin(), text.end(), [](char byte) {
            return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U;
        });
        if (characters >= 140) fault(value, "has 140 characters or more");
        if (text.find('\n') != std::string_view::npos) fault(value, "is more than one line");
    }

    void link(const Value& value) {
        object(value, {{"label", {true, text()}},
                       {"url", {true, url()}},
                       {"type", {true, oneOf({"absolute", "smart"})}},
                       {"appContext", {false, text()}}});
        if (value.isObject() && value.findString("type") == "absolute" && value.find("appContext"))
            fault(value, "has an appContext though it is absolute");
    }

    void action(const Value& value) {
        object(value, {{"type", {true, oneOf({"create", "update", "delete"})}},
                       {"description", {true, text()}},
                       {"resource", {false, anyObject()}},
                       {"resourceId", {false, text()}},
                       {"extension", {false, anyObject()}}});
    }

    void suggestion(const Value& value) {
        object(value, {{"label", {true, text()}},
                       {"uuid", {false, uuid()}},
                       {"isRecommended", {false, boolean()}},
                       {"actions", {false, array([this](const Value& one) { action(one); })}}});
    }

    void card(const Value& value) {
        const auto source = [this](const Value& one) {
            object(one, {{"label", {true, text()}},
                         {"url", {false, url()}},
                         {"icon", {false, url()}},
                         {"topic", {false, coding(false)}}});
        };
        object(value,
               {{"uuid", {false, uuid()}},
                {"summary", {true, [this](const Value& one) { summary(one); }}},
                {"detail", {false, text()}},
                {"indicator", {true, oneOf({"info", "warning", "critical"})}},
                {"source", {true, source}},
                {"suggestions", {false, array([this](const Value& one) { suggestion(one); })}},
                {"selectionBehavior", {false, oneOf({"at-most-one", "any"})}},
                {"overrideReasons", {false, array(coding(true))}},
                {"links", {false, array([this](const Value& one) { link(one); })}},
                {"extension", {false, anyObject()}}});
        if (value.isObject() &&
            value.find("suggestions").has_value() != value.find("selectionBehavior").has_value())
            fault(value, "has one of suggestions and selectionBehavior");
    }

    void report(const Value& value) {
        const auto id = [this](const Value& one) { object(one, {{"id", {true, text()}}}); };
        const auto reason = [this](const Value& one) {
            object(one, {{"reason", {false, coding(false)}}, {"userComment", {false, text()}}});
        };
        const auto time = [this](const Value& one) {
            if (isText(one) && !fhir::DateTime::tryParse(one.text())) fault(one, "is no time");
        };
        object(value, {{"card", {true, text()}},
                       {"outcome", {true, oneOf({"accepted", "overridden"})}},
                       {"acceptedSuggestions", {false, array(id)}},
                       {"overrideReason", {false, reason}},
                       {"outcomeTimestamp", {true, time}},
                       {"extension", {false, anyObject()}}});
    }
};

ShapeFaults read(const std::string& json, const std::set<std::string>& mayBeEmpty,
                 const std::function<void(Shapes&, const Value&)>& check) {
    Shapes shapes;
    try {
        const auto document = fhir::json::Document::parse(json);
        shapes.noneEmpty(document.root(), mayBeEmpty);
        check(shapes, document.root());
    } catch (const fhir::Error& error) {
        shapes.faults.push_back(std::string("/ cannot be read: ") + error.what());
    }
    return shapes.faults;
}

}  // namespace

ShapeFaults discoveryFaults(const std::string& json) {
    return read(json, {"/services"}, [](Shapes& shapes, const Value& root) {
        shapes.object(
            root,
            {{"services", {true, shapes.array([&](const Value& one) { shapes.service(one); })}}});
    });
}

ShapeFaults answerFaults(const std::string& json) {
    return read(json, {"/cards"}, [](Shapes& shapes, const Value& root) {
        shapes.object(root,
                      {{"cards", {true, shapes.array([&](const Value& one) { shapes.card(one); })}},
                       {"systemActions",
                        {false, shapes.array([&](const Value& one) { shapes.action(one); })}},
                       {"extension", {false, shapes.anyObject()}}});
    });
}

ShapeFaults callFaults(const std::string& json) {
    std::set<std::string> prefetchKeys;  // their values may be null: there is no such data
    for (const auto* key : {"patient", "encounter", "statements"})
        prefetchKeys.insert(std::string("/prefetch/") + key);
    return read(json, prefetchKeys, [](Shapes& shapes, const Value& root) {
        const auto authorization = [&](const Value& one) {
            const auto seconds = [&](const Value& time) {
                if (time.type() != Type::Number) shapes.fault(time, "is no number");
            };
            shapes.object(one, {{"access_token", {true, shapes.text()}},
                                {"token_type", {true, shapes.oneOf({"Bearer"})}},
                                {"expires_in", {true, seconds}},
                                {"scope", {true, shapes.text()}},
                                {"subject", {true, shapes.text()}},
                                {"patient", {false, shapes.text()}}});
        };
        const auto context = [&](const Value& one) {
            shapes.object(one, {{"userId", {true, shapes.text()}},
                                {"patientId", {true, shapes.text()}},
                                {"encounterId", {false, shapes.text()}}});
        };
        shapes.object(root, {{"hook", {true, shapes.text()}},
                             {"hookInstance", {true, shapes.uuid()}},
                             {"fhirServer", {false, shapes.url()}},
                             {"fhirAuthorization", {false, authorization}},
                             {"context", {true, context}},
                             {"prefetch", {false, shapes.anyObject()}},
                             {"extension", {false, shapes.anyObject()}}});
    });
}

ShapeFaults feedbackFaults(const std::string& json) {
    return read(json, {}, [](Shapes& shapes, const Value& root) {
        shapes.object(
            root,
            {{"feedback", {true, shapes.array([&](const Value& one) { shapes.report(one); })}}});
    });
}

std::string lines(const ShapeFaults& faults) {
    std::string text;
    for (const auto& fault : faults) text += fault + "\n";
    return text;
}

}  // namespace test
