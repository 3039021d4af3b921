#include "fhir/base/certificate.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cstdio>

#include "tests/support/certificate.h"
#include "tests/support/temporary_folder.h"

namespace certificate_test {

using Catch::Matchers::Contains;
using fhir::whyNotPair;
using test::Certificate;

TEST_CASE("certificate: a certificate and its key are a pair", "[fhir]") {
    const Certificate ours("DNS:client.example");

    CHECK_FALSE(whyNotPair(ours.file(), ours.keyFile()));
}

TEST_CASE("certificate: what is no pair is named", "[fhir]") {
    const Certificate ours("DNS:client.example"), other("DNS:client.example");
    struct Case {
        std::string certificate, key, text;
    };
    for (const auto& [certificate, key, text] : std::vector<Case>{
             {ours.file(), "", "belong together"},
             {"", ours.keyFile(), "belong together"},
             {ours.file(), other.keyFile(), "do not belong together"},
             {"/nowhere/made-up.pem", ours.keyFile(), "/nowhere/made-up.pem"},
             {ours.keyFile(), ours.keyFile(), "client certificate " + ours.keyFile()},
             {ours.file(), "/nowhere/made-up.key", "/nowhere/made-up.key"},
             {ours.file(), ours.file(), "the key " + ours.file()},
         }) {
        const auto why = whyNotPair(certificate, key);

        REQUIRE(why);
        CHECK_THAT(*why, Contains(text));
    }
}

TEST_CASE("certificate: a key under a pass phrase is refused, and nobody is asked for it",
          "[fhir]") {
    const Certificate ours("DNS:client.example");
    const test::TemporaryFolder folder;
    const auto path = folder.file("encrypted.key");
    auto* file = std::fopen(path.c_str(), "w");
    REQUIRE(file != nullptr);
    char phrase[] = "made up";
    const int written =
        PEM_write_PrivateKey(file, ours.key(), EVP_aes_256_cbc(), nullptr, 0, nullptr, phrase);
    std::fclose(file);
    REQUIRE(written == 1);

    const auto why = whyNotPair(ours.file(), path);

    REQUIRE(why);
    CHECK_THAT(*why, Contains("without a pass phrase"));
}

}  // namespace certificate_test
