#pragma once

#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "fhir/smart/key.h"
#include "tests/support/source_tree.h"

namespace test {

/// A file of the SMART guide's examples (tests/fixtures/smart).
inline std::string smartExample(const std::string& name) {
    std::ifstream stream(test::sourceRoot().string() + "/tests/fixtures/smart/" + name);
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// The private key of an example file, which holds the public half first.
inline fhir::smart::Key examplePrivateKey(const std::string& name) {
    const auto document = fhir::json::Document::parse(smartExample(name));
    std::string last;
    for (const auto key : document.root().at("keys").array()) last = key.toJson();
    return fhir::smart::Key::fromPrivateText(fhir::Secret(last));
}

/// A key pair for an algorithm, made once in a run, because an RSA key takes long.
inline const fhir::smart::Key& ourKey(fhir::smart::Algorithm algorithm) {
    static std::map<fhir::smart::KeyType, fhir::smart::Key> made;
    const auto type = fhir::smart::keyTypeOf(algorithm);
    const auto found = made.find(type);
    if (found != made.end()) return found->second;
    return made.emplace(type, fhir::smart::Key::generate(algorithm)).first->second;
}

/// The public half of a key, as a JWK and read from it.
inline std::string publicJwk(const fhir::smart::Key& key) {
    fhir::json::Writer writer;
    writer.beginObject();
    key.writePublic(writer);
    return writer.endObject().take();
}
inline fhir::smart::Key publicHalf(const fhir::smart::Key& key) {
    return fhir::smart::Key::fromJwk(fhir::json::Document::parse(publicJwk(key)).root());
}

}  // namespace test
