#pragma once

#include <memory>
#include <string>

struct evp_pkey_st;
struct x509_st;

namespace test {

/// A self-signed certificate made for one test run, the file that trusts it, and that of its key.
class Certificate {
public:
    /// For one name in its subject alternative names, "DNS:localhost" or "IP:127.0.0.1".
    explicit Certificate(const std::string& alternativeName);
    /// Deletes the files.
    ~Certificate();
    Certificate(const Certificate&) = delete;
    Certificate& operator=(const Certificate&) = delete;

    const std::string& file() const noexcept { return file_; }
    const std::string& keyFile() const noexcept { return keyFile_; }
    evp_pkey_st* key() const noexcept { return key_.get(); }
    x509_st* x509() const noexcept { return x509_.get(); }

private:
    std::shared_ptr<evp_pkey_st> key_;
    std::shared_ptr<x509_st> x509_;
    std::string file_, keyFile_;
};

}  // namespace test
