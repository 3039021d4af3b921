#include "fhir/base/certificate.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

namespace fhir {
namespace {

/// What a PEM file holds, nullptr where it holds no such thing.
template <class Thing, class Read>
std::shared_ptr<Thing> readPem(const std::string& path, Read read, void (*end)(Thing*)) {
    const std::unique_ptr<BIO, int (*)(BIO*)> file(BIO_new_file(path.c_str(), "r"), BIO_free);
    std::shared_ptr<Thing> thing(file ? read(file.get()) : nullptr, end);
    ERR_clear_error();
    return thing;
}

/// Answers the question for a pass phrase, which would go to the terminal, with none.
int noPassPhrase(char*, int, int, void*) {
    return -1;
}

}  // namespace

std::optional<std::string> whyNotPair(const std::string& certificateFile,
                                      const std::string& keyFile) {
    if (certificateFile.empty() || keyFile.empty())
        return "a client certificate and its key belong together; one of them is not named";
    const auto certificate = readPem<X509>(
        certificateFile,
        [](BIO* file) { return PEM_read_bio_X509(file, nullptr, nullptr, nullptr); }, X509_free);
    if (!certificate) return "the client certificate " + certificateFile + " cannot be read as PEM";
    const auto key = readPem<EVP_PKEY>(
        keyFile,
        [](BIO* file) { return PEM_read_bio_PrivateKey(file, nullptr, noPassPhrase, nullptr); },
        EVP_PKEY_free);
    if (!key)
        return "the key " + keyFile +
               " of the client certificate cannot be read as PEM without a pass phrase";
    const bool belongs = X509_check_private_key(certificate.get(), key.get()) == 1;
    ERR_clear_error();
    if (!belongs)
        return "the client certificate " + certificateFile + " and the key " + keyFile +
               " do not belong together";
    return std::nullopt;
}

}  // namespace fhir
