# Every outside library, found once, under the names that the rooms use. All come from Debian 12.
find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(LibXml2 REQUIRED)
find_package(Boost 1.81 CONFIG REQUIRED COMPONENTS url unit_test_framework)
find_package(simdjson 3.0 CONFIG REQUIRED)
find_package(RocksDB CONFIG REQUIRED)
find_package(fmt CONFIG REQUIRED)
find_package(spdlog CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(tomlplusplus CONFIG REQUIRED)
find_package(tl-expected CONFIG REQUIRED)
find_package(rapidcheck CONFIG REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET GLOBAL libsodium)
pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET GLOBAL libutf8proc)
pkg_check_modules(re2 REQUIRED IMPORTED_TARGET GLOBAL re2)
pkg_check_modules(rdkafka REQUIRED IMPORTED_TARGET GLOBAL rdkafka)

# The bodies of Asio and Beast are compiled once, here. Every file that includes Asio must link
# rollcall_net: mixing separate compilation with header-only use breaks the one-definition rule.
add_library(rollcall_net STATIC ${CMAKE_CURRENT_LIST_DIR}/net.cpp)
target_compile_definitions(rollcall_net PUBLIC
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
if(ROLLCALL_SANITIZE)
  # Recycled coroutine frames would hide a use after free from the sanitizers.
  target_compile_definitions(rollcall_net PUBLIC BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING)
endif()
target_link_libraries(rollcall_net PUBLIC
  Boost::headers OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
