#include "plugin/store/sealing/cipher.h"

#include <algorithm>

#include "tests/support/thrown.h"

namespace cipher_test {

using fhir::ErrorKind;
using fhir::Secret;
using plugin::store::Cipher;
using plugin::store::Key;
using plugin::store::KeyedHash;
using test::thrown;

namespace {

Key key(const std::string& id, char filling) {
    return {id, Secret(std::string(Key::kBytes, filling))};
}

const std::string kWords = "Quiero ver a mi nieta antes de la operación";
const std::string kPlace = "statement/words/urn:uuid:1";

}  // namespace

TEST_CASE("cipher: what was sealed opens, in its place alone", "[store]") {
    const Cipher cipher({key("a", 'k')});

    const auto sealed = cipher.seal(kWords, kPlace);

    CHECK(cipher.open(sealed, kPlace) == kWords);
    CHECK(sealed.starts_with("wm1.a."));
    CHECK(sealed.find("nieta") == std::string::npos);
    CHECK(std::all_of(sealed.begin(), sealed.end(), [](char c) { return c > ' ' && c < 127; }));
    CHECK(thrown([&] { cipher.open(sealed, "statement/words/urn:uuid:2"); }).kind() ==
          ErrorKind::Internal);
}

TEST_CASE("cipher: the same text is sealed differently each time", "[store]") {
    const Cipher cipher({key("a", 'k')});

    CHECK(cipher.seal(kWords, kPlace) != cipher.seal(kWords, kPlace));
}

TEST_CASE("cipher: any bytes come back, and nothing stays nothing", "[store]") {
    const Cipher cipher({key("a", 'k')});
    const auto text = GENERATE(std::string("x"), std::string("a\0b", 3),
                               std::string(100'000, '\xff'), std::string("我想回家"));

    CHECK(cipher.open(cipher.seal(text, kPlace), kPlace) == text);
    CHECK(cipher.seal("", kPlace).empty());
    CHECK(cipher.open("", kPlace).empty());
}

TEST_CASE("cipher: a changed text does not open, and the error shows nothing of it", "[store]") {
    const Cipher cipher({key("a", 'k')});
    const auto sealed = cipher.seal(kWords, kPlace);
    const auto at = GENERATE(std::size_t{6}, std::size_t{30}, std::size_t{60});
    auto changed = sealed;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';

    const auto error = thrown([&] { cipher.open(changed, kPlace); });

    CHECK(error.kind() == ErrorKind::Internal);
    CHECK(std::string(error.what()).find(sealed.substr(40)) == std::string::npos);
    CHECK(std::string(error.what()).find("nieta") == std::string::npos);
}

TEST_CASE("cipher: what is no sealed text is refused", "[store]") {
    const Cipher cipher({key("a", 'k')});
    const auto text =
        GENERATE("plain words", "wm1.", "wm1.a", "wm1.a.", "wm1.a.QUJD", "wm1.a.***=", "wm1..QUJD");

    CHECK(thrown([&] { cipher.open(text, kPlace); }).kind() == ErrorKind::Internal);
}

TEST_CASE("cipher: the first key seals, the others still open", "[store]") {
    const Cipher before({key("old", 'o')});
    const Cipher after({key("new", 'n'), key("old", 'o')});
    const auto sealed = before.seal(kWords, kPlace);

    CHECK(after.open(sealed, kPlace) == kWords);
    CHECK(Cipher::keyOf(sealed) == "old");
    CHECK(Cipher::keyOf(after.seal(kWords, kPlace)) == "new");
    CHECK(after.currentKey() == "new");
}

TEST_CASE("cipher: a missing key is named, and a wrong key of that name does not open", "[store]") {
    const auto sealed = Cipher({key("2026-03", 'o')}).seal(kWords, kPlace);

    const auto missing = thrown([&] { Cipher({key("other", 'x')}).open(sealed, kPlace); });
    const auto wrong = thrown([&] { Cipher({key("2026-03", 'x')}).open(sealed, kPlace); });

    CHECK(std::string(missing.what()).find("\"2026-03\"") != std::string::npos);
    CHECK(wrong.kind() == ErrorKind::Internal);
}

TEST_CASE("cipher: a key is 32 bytes as base64 or hexadecimal", "[store]") {
    const std::string bytes(Key::kBytes, 'k');

    CHECK(
        Key::fromText("a", Secret("a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=")).bytes.reveal() ==
        bytes);
    CHECK(Key::fromText("a",
                        Secret("6b6b6b6b6b6b6b6b6b6b6B6B6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b"))
              .bytes.reveal() == bytes);
    const auto made = Key::random("b");
    CHECK(made.bytes.reveal().size() == Key::kBytes);
    CHECK(Key::fromText("b", made.text()).bytes.reveal() == made.bytes.reveal());
    CHECK(made.bytes.reveal() != Key::random("b").bytes.reveal());
}

TEST_CASE("cipher: what is no key is refused without showing it", "[store]") {
    const auto text = GENERATE(std::string(), std::string("hunter2"), std::string(64, 'x'),
                               std::string("c2hvcnQ="), std::string(44, '*'));

    const auto error = thrown([&] { Key::fromText("a", Secret(text)); });

    CHECK(error.kind() == ErrorKind::InvalidInput);
    CHECK((text.empty() || std::string(error.what()).find(text) == std::string::npos));
    CHECK(thrown([] { Key::fromText("no.dots", Key::random("a").text()); }).kind() ==
          ErrorKind::InvalidInput);
    CHECK(thrown([] { Cipher cipher({}); }).kind() == ErrorKind::InvalidInput);
    CHECK(thrown([] {
              Cipher cipher({key("a", 'x'), key("a", 'y')});
          }).kind() == ErrorKind::InvalidInput);
}

TEST_CASE("cipher: agrees with another program's AES-256-GCM", "[store]") {
    // Made with Python's cryptography 48, AESGCM(b"k" * 32).encrypt(b"n" * 12, b"Tea, please",
    // b"statement/words/urn:uuid:1"), after the nonce.
    const std::string sealed = "wm1.a.bm5ubm5ubm5ubm5uzF6GnDHE6bwtV24xvN3Crk0u1hOhaKUttkLh";

    CHECK(Cipher({key("a", 'k')}).open(sealed, kPlace) == "Tea, please");
}

TEST_CASE("cipher: a keyed hash is the same for the same text, and only there", "[store]") {
    // echo -n '7:patientp-17' | openssl dgst -sha256 -mac HMAC -macopt key:kkkk… -binary
    CHECK(KeyedHash(key("a", 'k')).of("patient", "p-17") ==
          "vBCgF2hEEInQ4vyim15tK_3tzOoe6Ye5oLMAXpFYoQE");
    CHECK(KeyedHash(key("a", 'k')).of("patient", "p-17") !=
          KeyedHash(key("a", 'k')).of("patient", "p-18"));
    CHECK(KeyedHash(key("a", 'k')).of("patient", "p-17") !=
          KeyedHash(key("a", 'x')).of("patient", "p-17"));
    CHECK(KeyedHash(key("a", 'k')).of("ab", "c") != KeyedHash(key("a", 'k')).of("a", "bc"));
}

}  // namespace cipher_test
