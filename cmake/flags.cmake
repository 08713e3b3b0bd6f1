# Warnings, hardening and sanitizers, for every target.
include(CheckCCompilerFlag)

add_compile_definitions(_GNU_SOURCE)
add_compile_options(-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes
                    -Wold-style-definition -Wundef -Wvla -Wpointer-arith -Wwrite-strings
                    -Wformat=2 -fno-strict-aliasing -Werror=implicit-function-declaration)
# One section for each function and object: a linker can drop what nothing refers to, and
# tests/lint/pure sees which function refers to which.
add_compile_options(-ffunction-sections -fdata-sections)
add_link_options(-Wl,--gc-sections)
if(ACDR_WERROR)
  add_compile_options(-Werror)
endif()

if(ACDR_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
else()
  add_compile_options(-fstack-protector-strong)
  check_c_compiler_flag(-fstack-clash-protection ACDR_HAS_STACK_CLASH)
  if(ACDR_HAS_STACK_CLASH)
    add_compile_options(-fstack-clash-protection)
  endif()
  check_c_compiler_flag(-fcf-protection ACDR_HAS_CF_PROTECTION)
  if(ACDR_HAS_CF_PROTECTION)
    add_compile_options(-fcf-protection)
  endif()
  if(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
    add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
  endif()
endif()
add_link_options(-Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--as-needed)

if(ACDR_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
