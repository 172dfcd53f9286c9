class Account:
    def __init__(self):
        self.balance = 0


def deposit(account):
    current = account.balance
    account.balance = current + 100


def setup():
    return Account()


WORKERS = [deposit, deposit]


def invariant(account):
    return account.balance == 200
