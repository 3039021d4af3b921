#include "plugin/fhir_api/ehr_references.h"

#include "fhir/r4/server_address.h"

namespace plugin::fhir_api {
namespace {

using fhir::json::Value;
using fhir::json::Writer;

class Rewriting {
public:
    Rewriting(const fhir::Url& ehrBase, const std::function<bool(const std::string&)>& isHere)
        : base_(ehrBase.text()), isHere_(isHere) {
        while (base_.ends_with('/')) base_.pop_back();
    }

    /// As deep as the document may be, which is no deeper than its limit.
    void write(const Value& value) {
        if (value.isArray()) {
            writer_.beginArray();
            for (const auto one : value.array()) write(one);
            writer_.endArray();
        } else if (value.isObject()) {
            writer_.beginObject();
            for (const auto [name, member] : value.object()) {
                writer_.key(name);
                if (name == "reference" && member.isString())
                    writer_.string(followed(member.string()));
                else
                    write(member);
            }
            writer_.endObject();
        } else {
            writer_.value(value);
        }
    }

    std::string take() { return writer_.take(); }

private:
    std::string followed(std::string reference) const {
        if (!fhir::parseReference(reference) || isHere_(reference)) return reference;
        return base_ + "/" + reference;
    }

    std::string base_;
    const std::function<bool(const std::string&)>& isHere_;
    Writer writer_;
};

}  // namespace

std::string withEhrReferences(const Value& resource, const fhir::Url& ehrBase,
                              const std::function<bool(const std::string&)>& isHere) {
    Rewriting rewriting(ehrBase, isHere);
    rewriting.write(resource);
    return rewriting.take();
}

}  // namespace plugin::fhir_api
