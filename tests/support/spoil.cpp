#include "tests/support/spoil.h"

namespace test {

using fhir::json::Document;
using fhir::json::Value;
using fhir::json::Writer;

namespace {

void gatherPlaces(const Value& value, const std::string& place, std::vector<std::string>& places) {
    const auto add = [&](const std::string& step, const Value& child) {
        const auto at = place + "/" + step;
        places.push_back(at);
        gatherPlaces(child, at, places);
    };
    std::size_t index = 0;
    if (value.isArray())
        for (const auto child : value.array()) add(std::to_string(index++), child);
    if (value.isObject())
        for (const auto [name, child] : value.object()) add(std::string(name), child);
}

/// Copies a value but for one place in it.
class Spoiler {
public:
    Spoiler(std::string_view place, const std::optional<std::string>& instead)
        : place_(place), instead_(instead) {}

    std::string copy(const Value& root) {
        write(root, "");
        return writer_.take();
    }

private:
    bool isGone(const std::string& place) const { return place == place_ && !instead_; }

    void write(const Value& value, const std::string& place) {
        if (place == place_ && instead_) {
            writer_.raw(*instead_);
        } else if (value.isObject()) {
            writer_.beginObject();
            for (const auto [name, child] : value.object()) {
                const auto at = place + "/" + std::string(name);
                if (isGone(at)) continue;
                writer_.key(name);
                write(child, at);
            }
            writer_.endObject();
        } else if (value.isArray()) {
            writer_.beginArray();
            std::size_t index = 0;
            for (const auto child : value.array())
                if (const auto at = place + "/" + std::to_string(index++); !isGone(at))
                    write(child, at);
            writer_.endArray();
        } else {
            writer_.value(value);
        }
    }

    const std::string place_;
    const std::optional<std::string> instead_;
    Writer writer_;
};

}  // namespace

std::vector<std::string> placesIn(const Value& value) {
    std::vector<std::string> places;
    gatherPlaces(value, "", places);
    return places;
}

Value valueAt(Value value, std::string_view place) {
    while (!place.empty()) {
        place.remove_prefix(1);
        const auto step = place.substr(0, place.find('/'));
        place.remove_prefix(step.size());
        if (value.isObject()) {
            value = value.at(step);
            continue;
        }
        auto element = value.array().begin();
        for (auto left = std::stoul(std::string(step)); left > 0; --left) ++element;
        value = *element;
    }
    return value;
}

std::string spoiled(const std::string& text, std::string_view place,
                    const std::optional<std::string>& instead) {
    const auto document = Document::parse(text);
    return Spoiler(place, instead).copy(document.root());
}

const std::vector<std::string>& spoilers() {
    static const std::vector<std::string> kAll{
        "7",
        "-1",
        "1.5",
        "true",
        R"("")",
        R"("x")",
        R"("2026-13-45")",
        R"("2026-03-07T08:15:00")",
        R"("a\u0000b")",
        "\"" + std::string(20'000, 'x') + "\"",
        "[]",
        "[[]]",
        R"(["x",null])",
        "{}",
        R"({"extension":[{"url":"http://example.org/why","valueCode":"masked"}]})",
        R"({"deep":{"deeper":[1,{"deepest":null}]}})"};
    return kAll;
}

}  // namespace test
