import unittest

from greet.words import greeting


class Greeting(unittest.TestCase):
    def test_a_name_is_greeted(self):
        self.assertEqual(greeting("Ada"), "hello, Ada")
