#include "fhir/base/json_schema.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <regex>
#include <set>
#include <string>

namespace fhir::json {
namespace {

constexpr std::array<std::string_view, 7> kAnnotations{
    "$schema", "$id", "$defs", "$comment", "title", "description", "default"};
/// The longest text that is held against a pattern: std::regex takes stack for each character.
constexpr std::size_t kPatternBytesMax = 4096;
constexpr std::array<std::string_view, 2> kMoreAnnotations{"examples", "x-unit"};

bool isAnnotation(std::string_view keyword) {
    return std::find(kAnnotations.begin(), kAnnotations.end(), keyword) != kAnnotations.end() ||
           std::find(kMoreAnnotations.begin(), kMoreAnnotations.end(), keyword) !=
               kMoreAnnotations.end();
}

std::string quoteAll(const Value& list) {
    std::string result;
    for (const auto one : list.array()) {
        if (!result.empty()) result += ", ";
        result += one.isString() ? one.string() : one.toJson();
    }
    return result;
}

bool equal(const Value& left, const Value& right) {
    return left.toJson() == right.toJson();
}

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    }));
}

/// The number, or the 64-bit one nearest to it where it is beyond them.
std::int64_t wholeNumber(const Value& value) {
    const auto digits = value.number();
    std::int64_t result = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), result);
    if (parsed.ec == std::errc::result_out_of_range)
        return digits.starts_with('-') ? std::numeric_limits<std::int64_t>::min()
                                       : std::numeric_limits<std::int64_t>::max();
    return value.integer();
}

bool hasType(const Value& value, std::string_view type) {
    switch (value.type()) {
        case Type::Null:
            return type == "null";
        case Type::True:
        case Type::False:
            return type == "boolean";
        case Type::String:
            return type == "string";
        case Type::Array:
            return type == "array";
        case Type::Object:
            return type == "object";
        case Type::Number:
            return type == "number" || (type == "integer" && value.number().find_first_of(".eE") ==
                                                                 std::string_view::npos);
    }
    return false;
}

class Validator {
public:
    explicit Validator(const Value& root) : root_(root) {}
    std::vector<Issue> issues;

    /// Of a name that an object has twice one reader takes the first and another the last: what
    /// is in force must not depend on that (RFC 8259, section 4).
    void checkNames(const Value& value) {
        if (value.isArray())
            for (const auto element : value.array()) checkNames(element);
        if (!value.isObject()) return;
        std::set<std::string_view> seen;
        for (const auto [name, inner] : value.object()) {
            if (!seen.insert(name).second) fault(inner, "is there twice; keep one of the two");
            checkNames(inner);
        }
    }

    void check(const Value& value, const Value& schema) {
        if (schema.type() == Type::True) return;
        if (const auto reference = schema.findString("$ref")) {
            check(value, resolve(*reference));
            return;
        }
        if (const auto type = schema.find("type"); type && !hasType(value, type->text())) {
            fault(value, "must be of type " + type->string());
            return;  // the other keywords would only repeat this in other words
        }
        for (const auto [keyword, rule] : schema.object()) apply(keyword, value, rule, schema);
    }

private:
    void fault(const Value& value, const std::string& text) {
        issues.push_back({value.path(), text});
    }

    Value resolve(const std::string& reference) const {
        constexpr std::string_view kPrefix = "#/$defs/";
        if (!reference.starts_with(kPrefix))
            throw Error(ErrorKind::Internal, "schema: only references into $defs are known");
        return root_.at("$defs").at(reference.substr(kPrefix.size()));
    }

    void apply(std::string_view keyword, const Value& value, const Value& rule,
               const Value& schema) {
        if (keyword == "type" || isAnnotation(keyword)) return;
        if (keyword == "enum")
            checkEnum(value, rule);
        else if (keyword == "const")
            checkConst(value, rule);
        else if (keyword == "oneOf")
            checkOneOf(value, rule);
        else if (applyToObject(keyword, value, rule, schema) ||
                 applyToArray(keyword, value, rule) || applyToScalar(keyword, value, rule))
            return;
        else
            throw Error(ErrorKind::Internal,
                        "schema: the keyword " + std::string(keyword) + " is not known");
    }

    void checkEnum(const Value& value, const Value& rule) {
        for (const auto allowed : rule.array())
            if (equal(value, allowed)) return;
        fault(value, "must be one of: " + quoteAll(rule));
    }

    void checkConst(const Value& value, const Value& rule) {
        if (!equal(value, rule)) fault(value, "must be " + rule.toJson());
    }

    /// Alternatives told apart by the one property that is a `const` in each: only the chosen
    /// one speaks, so that a typing error is not answered with the faults of all the others.
    void checkOneOf(const Value& value, const Value& rule) {
        std::string name;
        std::string known;
        for (const auto alternative : rule.array()) {
            const auto resolved = alternative.findString("$ref")
                                      ? resolve(*alternative.findString("$ref"))
                                      : alternative;
            for (const auto [property, inner] : resolved.at("properties").object()) {
                const auto constant = inner.find("const");
                if (!constant) continue;
                name = property;
                known += (known.empty() ? "" : ", ") + constant->string();
                const auto chosen = value.isObject() ? value.find(property) : std::nullopt;
                if (chosen && equal(*chosen, *constant)) {
                    check(value, resolved);
                    return;
                }
            }
        }
        if (!value.isObject())
            fault(value, "must be of type object");
        else if (const auto chosen = value.find(name))
            fault(*chosen, "must be one of: " + known);
        else
            issues.push_back({value.path() + "/" + name, "is missing; one of: " + known});
    }

    bool applyToObject(std::string_view keyword, const Value& value, const Value& rule,
                       const Value& schema) {
        if (keyword == "properties") {
            if (value.isObject())
                for (const auto [name, inner] : value.object())
                    if (const auto known = rule.find(name)) check(inner, *known);
        } else if (keyword == "required") {
            if (value.isObject())
                for (const auto name : rule.array())
                    if (!value.find(name.text()))
                        issues.push_back({value.path() + "/" + name.string(), "is missing"});
        } else if (keyword == "additionalProperties") {
            checkAdditional(value, rule, schema);
        } else if (keyword == "propertyNames") {
            const std::regex pattern(rule.at("pattern").string());
            if (value.isObject())
                for (const auto [name, inner] : value.object())
                    if (!std::regex_search(std::string(name), pattern))
                        fault(inner, "this name is not allowed here; " +
                                         rule.findString("description").value_or(""));
        } else {
            return false;
        }
        return true;
    }

    void checkAdditional(const Value& value, const Value& rule, const Value& schema) {
        if (!value.isObject()) return;
        const auto known = schema.find("properties");
        for (const auto [name, inner] : value.object()) {
            if (known && known->find(name)) continue;
            if (rule.type() == Type::False)
                fault(inner, "is not a known setting" + suggestion(name, known));
            else
                check(inner, rule);
        }
    }

    /// "; did you mean fhirBase?" where a known name differs in case or by one letter.
    static std::string suggestion(std::string_view name, const std::optional<Value>& known) {
        if (!known) return {};
        for (const auto [candidate, schema] : known->object())
            if (nearlyEqual(name, candidate))
                return "; did you mean " + std::string(candidate) + "?";
        return {};
    }

    static bool nearlyEqual(std::string_view left, std::string_view right) {
        const auto lower = [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        };
        const auto same = [&](char a, char b) { return lower(a) == lower(b); };
        if (left.size() > right.size()) std::swap(left, right);
        if (right.size() - left.size() > 1) return false;
        const auto [l, r] =
            std::mismatch(left.begin(), left.end(), right.begin(), right.end(), same);
        if (l == left.end()) return true;
        const auto skip = left.size() == right.size() ? 1 : 0;
        return std::equal(l + skip, left.end(), r + 1, right.end(), same);
    }

    bool applyToArray(std::string_view keyword, const Value& value, const Value& rule) {
        if (keyword == "items") {
            if (value.isArray())
                for (const auto element : value.array()) check(element, rule);
        } else if (keyword == "minItems") {
            if (value.isArray() && static_cast<std::int64_t>(value.size()) < rule.integer())
                fault(value, "must hold at least " + std::string(rule.number()));
        } else if (keyword == "uniqueItems") {
            std::set<std::string> seen;
            if (value.isArray() && rule.boolean())
                for (const auto element : value.array())
                    if (!seen.insert(element.toJson()).second) fault(element, "is there twice");
        } else {
            return false;
        }
        return true;
    }

    bool applyToScalar(std::string_view keyword, const Value& value, const Value& rule) {
        const bool number = value.type() == Type::Number;
        const bool text = value.isString();
        if (keyword == "minimum") {
            if (number && wholeNumber(value) < rule.integer())
                fault(value, "must be at least " + std::string(rule.number()));
        } else if (keyword == "maximum") {
            if (number && wholeNumber(value) > rule.integer())
                fault(value, "must be at most " + std::string(rule.number()));
        } else if (keyword == "minLength") {
            if (text && static_cast<std::int64_t>(characters(value.text())) < rule.integer())
                fault(value, "must have at least " + std::string(rule.number()) + " characters");
        } else if (keyword == "maxLength") {
            if (text && static_cast<std::int64_t>(characters(value.text())) > rule.integer())
                fault(value, "must have at most " + std::string(rule.number()) + " characters");
        } else if (keyword == "pattern") {
            if (text && value.text().size() > kPatternBytesMax)
                fault(value, "must have at most " + std::to_string(kPatternBytesMax) + " bytes");
            else if (text && !std::regex_search(value.string(), std::regex(rule.string())))
                fault(value, "does not have the form that is wanted: " + rule.string());
        } else {
            return false;
        }
        return true;
    }

    Value root_;
};

}  // namespace

std::vector<Issue> validate(const Value& value, const Value& schema) {
    Validator validator(schema);
    validator.checkNames(value);
    validator.check(value, schema);
    return std::move(validator.issues);
}

}  // namespace fhir::json
