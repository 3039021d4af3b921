#include "tests/support/certificate.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstdio>
#include <stdexcept>

namespace test {
namespace {

void require(bool fine, const char* what) {
    if (!fine) throw std::runtime_error(std::string("cannot make a certificate: ") + what);
}

/// The path of a new file, once `write` has returned 1.
template <class Write>
std::string written(Write write) {
    std::string path = "/tmp/whatmatters-certificate-XXXXXX";
    const int descriptor = ::mkstemp(path.data());
    require(descriptor >= 0, "file");
    auto* stream = ::fdopen(descriptor, "w");
    require(stream != nullptr && write(stream) == 1, "file");
    std::fclose(stream);
    return path;
}

}  // namespace

Certificate::Certificate(const std::string& alternativeName)
    : key_(EVP_EC_gen("P-256"), EVP_PKEY_free), x509_(X509_new(), X509_free) {
    require(key_ != nullptr && x509_ != nullptr, "key");
    X509_set_version(x509_.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x509_.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(x509_.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(x509_.get()), 3600);
    X509_set_pubkey(x509_.get(), key_.get());
    auto* name = X509_get_subject_name(x509_.get());
    const unsigned char commonName[] = "made-up test server";
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, commonName, -1, -1, 0);
    X509_set_issuer_name(x509_.get(), name);
    for (const auto& [kind, value] : {std::pair(NID_subject_alt_name, alternativeName.c_str()),
                                      std::pair(NID_basic_constraints, "critical,CA:TRUE")}) {
        auto* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value);
        require(extension != nullptr, "extension");
        X509_add_ext(x509_.get(), extension, -1);
        X509_EXTENSION_free(extension);
    }
    require(X509_sign(x509_.get(), key_.get(), EVP_sha256()) != 0, "signature");

    file_ = written([this](std::FILE* file) { return PEM_write_X509(file, x509_.get()); });
    keyFile_ = written([this](std::FILE* file) {
        return PEM_write_PrivateKey(file, key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
}

Certificate::~Certificate() {
    ::unlink(file_.c_str());
    ::unlink(keyFile_.c_str());
}

}  // namespace test
