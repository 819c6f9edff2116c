/* Ends; of any machine that has a Linux with 32 bits. */
#if defined __i386__
void _start(void)
{
	__asm__("movl $1, %eax\n xorl %ebx, %ebx\n int $0x80");
}
#else
int main(void)
{
	return 0;
}
#endif
