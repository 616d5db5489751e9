/* SPDX-License-Identifier: MIT */
/* for_each.h: GC__EACH(macro, context, a, b, ...) is macro(context, a), macro(context, b), ... for 1 to 64 arguments.
 * The preprocessor has no loop, so each length has its line. Kept by hand; nothing here is public. */
#ifndef LIBGC_FOR_EACH_H
#define LIBGC_FOR_EACH_H

#define GC__EACH(m, c, ...) GC__JOIN(GC__EACH_, GC__COUNT(__VA_ARGS__))(m, c, __VA_ARGS__)
#define GC__JOIN(a, b) GC__JOIN_(a, b)
#define GC__JOIN_(a, b) a##b
#define GC__COUNT(...) GC__COUNT_(__VA_ARGS__, \
    64, 63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41, 40, \
    39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, \
    14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define GC__COUNT_( \
    a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22, \
    a23, a24, a25, a26, a27, a28, a29, a30, a31, a32, a33, a34, a35, a36, a37, a38, a39, a40, a41, a42, \
    a43, a44, a45, a46, a47, a48, a49, a50, a51, a52, a53, a54, a55, a56, a57, a58, a59, a60, a61, a62, \
    a63, a64, n, ...) n

#define GC__EACH_1(m, c, a) m(c, a)
#define GC__EACH_2(m, c, a, ...) m(c, a), GC__EACH_1(m, c, __VA_ARGS__)
#define GC__EACH_3(m, c, a, ...) m(c, a), GC__EACH_2(m, c, __VA_ARGS__)
#define GC__EACH_4(m, c, a, ...) m(c, a), GC__EACH_3(m, c, __VA_ARGS__)
#define GC__EACH_5(m, c, a, ...) m(c, a), GC__EACH_4(m, c, __VA_ARGS__)
#define GC__EACH_6(m, c, a, ...) m(c, a), GC__EACH_5(m, c, __VA_ARGS__)
#define GC__EACH_7(m, c, a, ...) m(c, a), GC__EACH_6(m, c, __VA_ARGS__)
#define GC__EACH_8(m, c, a, ...) m(c, a), GC__EACH_7(m, c, __VA_ARGS__)
#define GC__EACH_9(m, c, a, ...) m(c, a), GC__EACH_8(m, c, __VA_ARGS__)
#define GC__EACH_10(m, c, a, ...) m(c, a), GC__EACH_9(m, c, __VA_ARGS__)
#define GC__EACH_11(m, c, a, ...) m(c, a), GC__EACH_10(m, c, __VA_ARGS__)
#define GC__EACH_12(m, c, a, ...) m(c, a), GC__EACH_11(m, c, __VA_ARGS__)
#define GC__EACH_13(m, c, a, ...) m(c, a), GC__EACH_12(m, c, __VA_ARGS__)
#define GC__EACH_14(m, c, a, ...) m(c, a), GC__EACH_13(m, c, __VA_ARGS__)
#define GC__EACH_15(m, c, a, ...) m(c, a), GC__EACH_14(m, c, __VA_ARGS__)
#define GC__EACH_16(m, c, a, ...) m(c, a), GC__EACH_15(m, c, __VA_ARGS__)
#define GC__EACH_17(m, c, a, ...) m(c, a), GC__EACH_16(m, c, __VA_ARGS__)
#define GC__EACH_18(m, c, a, ...) m(c, a), GC__EACH_17(m, c, __VA_ARGS__)
#define GC__EACH_19(m, c, a, ...) m(c, a), GC__EACH_18(m, c, __VA_ARGS__)
#define GC__EACH_20(m, c, a, ...) m(c, a), GC__EACH_19(m, c, __VA_ARGS__)
#define GC__EACH_21(m, c, a, ...) m(c, a), GC__EACH_20(m, c, __VA_ARGS__)
#define GC__EACH_22(m, c, a, ...) m(c, a), GC__EACH_21(m, c, __VA_ARGS__)
#define GC__EACH_23(m, c, a, ...) m(c, a), GC__EACH_22(m, c, __VA_ARGS__)
#define GC__EACH_24(m, c, a, ...) m(c, a), GC__EACH_23(m, c, __VA_ARGS__)
#define GC__EACH_25(m, c, a, ...) m(c, a), GC__EACH_24(m, c, __VA_ARGS__)
#define GC__EACH_26(m, c, a, ...) m(c, a), GC__EACH_25(m, c, __VA_ARGS__)
#define GC__EACH_27(m, c, a, ...) m(c, a), GC__EACH_26(m, c, __VA_ARGS__)
#define GC__EACH_28(m, c, a, ...) m(c, a), GC__EACH_27(m, c, __VA_ARGS__)
#define GC__EACH_29(m, c, a, ...) m(c, a), GC__EACH_28(m, c, __VA_ARGS__)
#define GC__EACH_30(m, c, a, ...) m(c, a), GC__EACH_29(m, c, __VA_ARGS__)
#define GC__EACH_31(m, c, a, ...) m(c, a), GC__EACH_30(m, c, __VA_ARGS__)
#define GC__EACH_32(m, c, a, ...) m(c, a), GC__EACH_31(m, c, __VA_ARGS__)
#define GC__EACH_33(m, c, a, ...) m(c, a), GC__EACH_32(m, c, __VA_ARGS__)
#define GC__EACH_34(m, c, a, ...) m(c, a), GC__EACH_33(m, c, __VA_ARGS__)
#define GC__EACH_35(m, c, a, ...) m(c, a), GC__EACH_34(m, c, __VA_ARGS__)
#define GC__EACH_36(m, c, a, ...) m(c, a), GC__EACH_35(m, c, __VA_ARGS__)
#define GC__EACH_37(m, c, a, ...) m(c, a), GC__EACH_36(m, c, __VA_ARGS__)
#define GC__EACH_38(m, c, a, ...) m(c, a), GC__EACH_37(m, c, __VA_ARGS__)
#define GC__EACH_39(m, c, a, ...) m(c, a), GC__EACH_38(m, c, __VA_ARGS__)
#define GC__EACH_40(m, c, a, ...) m(c, a), GC__EACH_39(m, c, __VA_ARGS__)
#define GC__EACH_41(m, c, a, ...) m(c, a), GC__EACH_40(m, c, __VA_ARGS__)
#define GC__EACH_42(m, c, a, ...) m(c, a), GC__EACH_41(m, c, __VA_ARGS__)
#define GC__EACH_43(m, c, a, ...) m(c, a), GC__EACH_42(m, c, __VA_ARGS__)
#define GC__EACH_44(m, c, a, ...) m(c, a), GC__EACH_43(m, c, __VA_ARGS__)
#define GC__EACH_45(m, c, a, ...) m(c, a), GC__EACH_44(m, c, __VA_ARGS__)
#define GC__EACH_46(m, c, a, ...) m(c, a), GC__EACH_45(m, c, __VA_ARGS__)
#define GC__EACH_47(m, c, a, ...) m(c, a), GC__EACH_46(m, c, __VA_ARGS__)
#define GC__EACH_48(m, c, a, ...) m(c, a), GC__EACH_47(m, c, __VA_ARGS__)
#define GC__EACH_49(m, c, a, ...) m(c, a), GC__EACH_48(m, c, __VA_ARGS__)
#define GC__EACH_50(m, c, a, ...) m(c, a), GC__EACH_49(m, c, __VA_ARGS__)
#define GC__EACH_51(m, c, a, ...) m(c, a), GC__EACH_50(m, c, __VA_ARGS__)
#define GC__EACH_52(m, c, a, ...) m(c, a), GC__EACH_51(m, c, __VA_ARGS__)
#define GC__EACH_53(m, c, a, ...) m(c, a), GC__EACH_52(m, c, __VA_ARGS__)
#define GC__EACH_54(m, c, a, ...) m(c, a), GC__EACH_53(m, c, __VA_ARGS__)
#define GC__EACH_55(m, c, a, ...) m(c, a), GC__EACH_54(m, c, __VA_ARGS__)
#define GC__EACH_56(m, c, a, ...) m(c, a), GC__EACH_55(m, c, __VA_ARGS__)
#define GC__EACH_57(m, c, a, ...) m(c, a), GC__EACH_56(m, c, __VA_ARGS__)
#define GC__EACH_58(m, c, a, ...) m(c, a), GC__EACH_57(m, c, __VA_ARGS__)
#define GC__EACH_59(m, c, a, ...) m(c, a), GC__EACH_58(m, c, __VA_ARGS__)
#define GC__EACH_60(m, c, a, ...) m(c, a), GC__EACH_59(m, c, __VA_ARGS__)
#define GC__EACH_61(m, c, a, ...) m(c, a), GC__EACH_60(m, c, __VA_ARGS__)
#define GC__EACH_62(m, c, a, ...) m(c, a), GC__EACH_61(m, c, __VA_ARGS__)
#define GC__EACH_63(m, c, a, ...) m(c, a), GC__EACH_62(m, c, __VA_ARGS__)
#define GC__EACH_64(m, c, a, ...) m(c, a), GC__EACH_63(m, c, __VA_ARGS__)

#endif
